// What a script and the test that started it say to each other: one JSON document a line, over the standard streams.
import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";

// Node 18 has these without their global names.
globalThis.crypto ??= webcrypto;
globalThis.CryptoKey ??= webcrypto.CryptoKey;

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

export async function hear() {
  const { value, done } = await lines.next();
  if (done) throw new Error("the test said no more");
  return JSON.parse(value);
}

export function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** Have a browser open an address; return where it was sent in the end. */
export async function browse(address) {
  say({ open: address.href });
  return new URL((await hear()).location);
}

/** What a library says when it refuses an answer: its code, and the server's own words where it passes them on. */
export async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    const challenge = Array.isArray(error.cause) ? error.cause[0] : undefined;
    return {
      code: error.code,
      error: error.error ?? challenge?.parameters?.error,
      status: error.status ?? error.response?.status,
      scheme: challenge?.scheme,
      pointer: challenge?.parameters?.resource_metadata,
    };
  }
  return { code: "taken" };
}

/** Run the part that the command line names with what the test says first. */
export async function play(parts) {
  const given = await hear();
  try {
    say({ done: await parts[process.argv[2]](given) });
  } catch (error) {
    say({ failed: `${error.code ?? error.name}: ${error.message}`, cause: String(error.cause ?? error.stack) });
    process.exitCode = 1;
  }
  process.stdin.destroy();
}
