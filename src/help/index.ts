export { wrap } from './layout.js';
export { manPage } from './man-page.js';
export type { HelpTopic } from './page.js';
export { commandHelp, flagTables, MOST_LINES, programHelp, topicHelp, topicsHelp } from './render.js';
export { helpTopics, TOPIC_NAMES } from './topics.js';
