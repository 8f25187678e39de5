// A file that is handed the disk of its node: whoever boots it names the function to call.
let starts = 0;

export async function start({ name, life, disk }) {
  const store = disk.open('state');
  const lives = [...((await store.get('lives')) ?? ''), life].join('');
  await store.put('lives', lives, { sync: true });
  return { name, lives, starts: ++starts };
}
export const notes = 'no function';
