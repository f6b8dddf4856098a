import type { HelpTopic } from '../page.js';

export const contexts: HelpTopic = {
  name: 'contexts',
  describe: 'Saved connection settings, shared with the nats command',
  blocks: [
    'A context is a file with a server and credentials under a name, $XDG_CONFIG_HOME/nats/context/NAME.json, else ~/.config/nats/context/NAME.json, which only you can read. natsctl and nats read what the other wrote, and natsctl keeps what it does not know.',
    {
      code: [
        'natsctl context add prod --server tls://nats.example:4222 \\',
        '  --creds ~/prod.creds',
        'natsctl context select prod      # for all commands from now on',
        'natsctl context previous         # back to the one before',
        'natsctl --context prod rtt       # for this one',
        'NATS_CONTEXT=prod make test      # for all that this starts',
        'natsctl context validate         # are they of use, their files there?',
      ],
    },
    'The one in use is that of --context, else of NATS_CONTEXT, else the selected one; --no-context leaves it out. A server named by --server or NATS_URL leaves a merely selected context out too: its secrets were not meant for that server. Only --context or NATS_CONTEXT are merged with other settings, field by field.',
    'A secret that is given to context add is written to the file, and shown by nothing. It may stay out of it: in place of a text, or of the path of a file, the file may say',
    {
      rows: [
        ['env://NAME', 'the variable NAME'],
        ['file:///PATH', 'the content of a file'],
        ['data:;base64,…', 'the content itself'],
      ],
    },
    'Paths may hold $NAME and start with ~. What natsctl has no means for is an error where it is used: nsc:// and op://, proxies, the Windows certificate store.',
    'natsctl context --help lists what can be done with them; natsctl doctor shows each setting and where it comes from.',
  ],
};
