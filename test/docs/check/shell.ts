/** The simple commands of a piece of shell, each in words: no comments, no variables set before, no quotes. */
export const commandsIn = (shell: string): string[][] => {
  const commands: string[][] = [[]];
  const words = shell.replaceAll('\\\n', ' ').matchAll(/(?<=^|\s)#[^\n]*|'([^']*)'|"([^"]*)"|(\n|[|;&]+|[<>]+)|([^\s|;&<>'"]+)/g);
  let isGlued = false;
  let end = -1;
  for (const { 0: whole, 1: single, 2: double, 3: separator, index } of words) {
    isGlued = index === end;
    end = index + whole.length;
    if (whole.startsWith('#')) continue;
    if (separator !== undefined) {
      commands.push([]);
      end = -1;
      continue;
    }
    const word = single ?? double ?? whole;
    const command = commands.at(-1) ?? [];
    if (isGlued) command.push(`${command.pop() ?? ''}${word}`);
    else command.push(word);
  }
  return commands.map((command) => command.slice(command.findIndex((word) => !/^[A-Z_]+=/.test(word)))).filter((command) => command.length > 0);
};
