// node validate.mjs FILE [RESOURCES.json]: the Khronos validator's messages about a glTF or GLB as JSON on standard output.
// RESOURCES.json maps each URI of the glTF to the path of its bytes; no other file is read for it.
import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';

const EXIT_NO_VALIDATOR = 3;
// What is told; after so many, the file is looked through again for an error among the rest.
const ISSUES_MAX = 200;
const ISSUES_SOUGHT_MAX = 100_000;
// Information about what does no harm, of which a large model has thousands.
const IGNORED = [
  'ACCESSOR_INDEX_TRIANGLE_DEGENERATE',
  'BUFFER_VIEW_TARGET_MISSING',
  'NODE_EMPTY',
  'UNSUPPORTED_EXTENSION',
  'UNUSED_OBJECT',
];

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

// The validator asks for a URI in another writing than the file's (❤ as %E2%9D%A4, ./a as a).
function plain(uri) {
  try {
    return posix.normalize(decodeURIComponent(uri).replaceAll('\\', '/'));
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
  ignoredIssues: IGNORED,
  writeTimestamp: false,
  externalResourceFunction: async (uri) => {
    if (!paths.has(plain(uri))) throw new Error('not in the upload');
    return bytesOf(paths.get(plain(uri)));
  },
};
const bytes = await bytesOf(file);
const notGltf = (reason) => ({
  issues: { messages: [{ code: 'NOT_GLTF', severity: 0, message: String(reason), pointer: '' }] },
});
let { issues } = await validator.validateBytes(bytes, options).catch(notGltf);
if (issues.truncated && issues.numErrors === 0) {
  ({ issues } = await validator.validateBytes(bytes, { ...options, maxIssues: ISSUES_SOUGHT_MAX }).catch(notGltf));
}
const messages = issues.messages.sort((a, b) => a.severity - b.severity).slice(0, ISSUES_MAX);
process.stdout.write(JSON.stringify(messages));
