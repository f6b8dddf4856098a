import type { HelpTopic } from '../page.js';

export const subjects: HelpTopic = {
  name: 'subjects',
  describe: 'Addresses of messages, wildcards, and queue groups',
  blocks: [
    'A subject is one or more tokens with dots between them: orders.eu.new. Upper and lower case differ. A token is not empty and holds no blanks or control characters. Messages are published to a subject without wildcards; a subscription may have them:',
    {
      rows: [
        ['*', 'one token: orders.*.new takes orders.eu.new, not orders.new'],
        ['>', 'one or more tokens, at the end: orders.> takes orders.new and orders.eu.new, not orders'],
      ],
    },
    'Only a whole token is a wildcard: in orders.x* the star is a star. The shell knows both characters, so quote them:',
    { code: ["natsctl sub 'orders.>' 'invoices.*.paid'"] },
    'Every subscriber gets a copy of a message. Of those that share a queue group exactly one gets it, so that a service scales by starting more members:',
    { code: ["natsctl sub 'orders.>' --queue billing"] },
    'A request is a message with a reply subject, an inbox of its own (--inbox-prefix, by default _INBOX). Where nobody listens to its subject the server says so at once: no responders, exit 5.',
    {
      rows: [
        ['_INBOX.>', 'replies'],
        ['$SRV.>', 'discovery of services: PING, INFO, STATS'],
        ['$SYS.>', "the server's own, for its system account"],
        ['$JS.>, $KV.>, $O.>', "JetStream's: streams, key-value buckets, objects"],
      ],
    },
    'What every service says of itself, read and as it stands:',
    { code: ['natsctl service ls', "natsctl request '$SRV.INFO' --replies all --idle 300ms --json"] },
  ],
};
