import { serveHelper } from '../helper-process.ts';
import { connectOperators } from '../messages/operator-sockets.ts';

export type OperatorsCommand = { do: 'connect'; port: number; tokens: string[] } | { do: 'count' };

let added = 0;

/** All operators at their live connections. Answers how many sessions they were given. */
serveHelper<OperatorsCommand, number>(async (command) => {
  if (command.do === 'connect') {
    await connectOperators(command.port, command.tokens, (line) => {
      if (line.includes('"chatSessionAdded"')) added++;
    });
  }
  return added;
});
