import type { HelpTopic } from '../page.js';

export const contexts: HelpTopic = {
  name: 'contexts',
  describe: 'Saved connection settings, shared with the nats command',
  blocks: [
    'A context is a file with a server and credentials under a name, $XDG_CONFIG_HOME/nats/context/NAME.json, else ~/.config/nats/context/NAME.json. natsctl and nats read what the other wrote.',
    {
      code: [
        'natsctl context add prod --server tls://nats.example:4222 \\',
        '  --creds ~/prod.creds',
        'natsctl context select prod      # for all commands from now on',
        'natsctl --context prod rtt       # for this one',
        'NATS_CONTEXT=prod make test      # for all that this starts',
      ],
    },
    'The one in use is that of --context, else of NATS_CONTEXT, else the selected one; --no-context leaves it out. A server named by --server or NATS_URL leaves a merely selected context out too: its secrets were not meant for that server. Only --context or NATS_CONTEXT are merged with other settings, field by field.',
    'natsctl doctor shows each setting and where it comes from.',
  ],
};
