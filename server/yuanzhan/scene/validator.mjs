// Reads one glTF or GLB from standard input, writes the Khronos validator's issues as JSON.
// The package is looked for beside this file first, then in the folder that the command was started in.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const EXIT_NO_VALIDATOR = 3;
const ISSUES_MAX = 200;

function loadValidator() {
  for (const start of [import.meta.url, pathToFileURL(join(process.cwd(), "validator.mjs")).href]) {
    try {
      return createRequire(start)("gltf-validator");
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  process.stderr.write("the package gltf-validator is not installed\n");
  process.exit(EXIT_NO_VALIDATOR);
}

async function readInput() {
  const parts = [];
  for await (const part of process.stdin) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}

const validator = loadValidator();
const report = await validator
  .validateBytes(await readInput(), { maxIssues: ISSUES_MAX, writeTimestamp: false })
  .catch((reason) => ({
    issues: { messages: [{ code: "NOT_GLTF", severity: 0, message: String(reason), pointer: "" }] },
  }));
process.stdout.write(JSON.stringify(report.issues.messages));
