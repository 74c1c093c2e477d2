/** The bytes of a file of the workspace; the error names the file. */
export async function fetchBytes(path: string): Promise<ArrayBuffer> {
  const response = await fetch(`./${path}`);
  if (!response.ok) throw new Error(`${path}: the server answered ${response.status} ${response.statusText}`);
  return response.arrayBuffer();
}
