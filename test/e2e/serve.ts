import { spawnCli, type CliOptions } from '../helpers/runCli.ts';

/** Starts browser mode as its users do and waits for the address it prints. */
export async function serve(
  args: readonly string[],
  options: CliOptions,
): Promise<{ readonly address: string; stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void> }> {
  const child = spawnCli(['serve', ...args], options);
  let output = '';
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const address = await new Promise<string>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const found = /http:\/\/\S+/.exec(output);
      if (found !== null) resolve(found[0]);
    });
    child.once('exit', () => reject(new Error(`serve ended:\n${output}`)));
  });
  return {
    address,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await exited;
    },
  };
}
