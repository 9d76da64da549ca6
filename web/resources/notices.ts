/** "12 waiting messages are dropped"; what happens to messages when something is switched off. */
export function droppedWords(dropped: number): string {
  const count = new Intl.NumberFormat('en-US').format(dropped)
  return `${count} waiting ${dropped === 1 ? 'message is' : 'messages are'} dropped`
}
