export default async function teardown() {
  await globalThis.perennialServices?.stop();
}
