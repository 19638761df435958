/** Ends with 0 when a service says that it is ready. For health checks of containers, which have no other client. */
const answer = await fetch(process.argv[2], { signal: AbortSignal.timeout(4_000) }).catch(() => undefined);
process.exit(answer?.ok ? 0 : 1);
