// Reads cases with what the native engine says of them, one JSON object a line, and asks the WebAssembly engine.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), {})
const { memory, allocate, answer } = instance.exports
const [encoder, decoder] = [new TextEncoder(), new TextDecoder()]

function ask(text) {
  const bytes = encoder.encode(text)
  const at = allocate(bytes.length)
  new Uint8Array(memory.buffer, at, bytes.length).set(bytes)
  const out = answer(at, bytes.length)
  const length = new DataView(memory.buffer).getUint32(out, true)
  return decoder.decode(new Uint8Array(memory.buffer, out + 4, length))
}

// The first place where two values differ.
function difference(a, b, path = '') {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return a === b ? undefined : `${path}: native ${JSON.stringify(a)}, wasm ${JSON.stringify(b)}`
  }
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = difference(a[key], b[key], `${path}/${key}`)
    if (found) return found
  }
}

let agreed = 0
for await (const line of createInterface({ input: process.stdin })) {
  const { seed, case: text, said } = JSON.parse(line)
  const heard = ask(text)
  // As text first: numbers beyond 2^53 are compared in full.
  if (heard !== said) {
    console.log(`seed ${seed} ${difference(JSON.parse(said), JSON.parse(heard)) ?? `native ${said}, wasm ${heard}`}`)
    process.exit(1)
  }
  agreed += 1
}
console.log(`${agreed} agree`)
