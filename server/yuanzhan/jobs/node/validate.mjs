// node validate.mjs FILE [RESOURCES.json]: the Khronos validator's messages about a glTF or GLB as JSON on standard output.
// RESOURCES.json maps each URI of the glTF to the path of its bytes; no other file is read for it.
import { readFile } from 'node:fs/promises';

const EXIT_NO_VALIDATOR = 3;
const ISSUES_MAX = 200;

async function loadValidator() {
  try {
    return (await import('gltf-validator')).default;
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    process.exit(EXIT_NO_VALIDATOR);
  }
}

async function bytesOf(path) {
  const buffer = await readFile(path);
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

// The validator asks for a URI in another writing than the file's (❤ as %E2%9D%A4).
function plain(uri) {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

const [, , file, resourcesFile] = process.argv;
const validator = await loadValidator();
const resources = resourcesFile ? JSON.parse(await readFile(resourcesFile, 'utf8')) : {};
const paths = new Map(Object.entries(resources).map(([uri, path]) => [plain(uri), path]));
const options = {
  maxIssues: ISSUES_MAX,
  writeTimestamp: false,
  externalResourceFunction: async (uri) => {
    if (!paths.has(plain(uri))) throw new Error('not in the upload');
    return bytesOf(paths.get(plain(uri)));
  },
};
const report = await validator.validateBytes(await bytesOf(file), options).catch((reason) => ({
  issues: { messages: [{ code: 'NOT_GLTF', severity: 0, message: String(reason), pointer: '' }] },
}));
process.stdout.write(JSON.stringify(report.issues.messages));
