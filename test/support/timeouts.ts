// `testTimeout` in a project's configuration is not heeded by jest. End-to-end tests start servers and wait for jobs.
jest.setTimeout(120_000);
