// The compiler does not copy declarations that are written already.
import { cp } from "node:fs/promises";

const folder = (name) => new URL(`../${name}/generated`, import.meta.url);
await cp(folder("src"), folder("types"), { recursive: true });
