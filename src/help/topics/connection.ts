import type { HelpBlock, HelpTopic } from '../page.js';

/** @param flags tables of the flags that every command takes */
export function connectionTopic(flags: readonly HelpBlock[]): HelpTopic {
  return {
    name: 'connection',
    describe: 'The flags that every command takes: where to connect, how to print',
    blocks: [
      ...flags,
      'A flag wins over its variable, the variable over the context, the context over the default. A server that a flag or a variable names gets no credentials of a context that was merely selected; name the context to merge the two. --timeout bounds one try: the connect, and each wait for a reply. It never ends a sub or a serve.',
      'Where a connection fails, natsctl doctor shows which of these is in use, where it comes from, and what mends it; --trace shows what is said.',
      'Durations read 250ms, 5s, 1m30s; sizes 128B, 16KB, 1MB.',
    ],
  };
}
