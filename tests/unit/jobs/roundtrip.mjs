// node roundtrip.mjs IO IN OUT: read and written again, nothing else.
import { readFile, writeFile } from 'node:fs/promises';

const [, , module, input, output] = process.argv;
const { ioFor } = await import(module);
const bytes = await readFile(input);
const io = await ioFor(bytes);
await writeFile(output, await io.writeBinary(await io.readBinary(bytes)));
