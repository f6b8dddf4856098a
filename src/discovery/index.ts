export { type Identity, INFO, isServiceName, PING, type Question, STATS } from './answers.js';
export { type Answer, type Answers, askServices, controlSubject, nobodyError, type Target } from './ask.js';
export { mergeDescriptions } from './descriptions.js';
export { descriptionFields, pingFields, serviceFields, statisticsFields } from './report-fields.js';
export { descriptionText, pingTable, serviceTable, statisticsText } from './report-text.js';
export { createSilence } from './silence.js';
export { groupByVersion, type ServiceStatistics, sumStatistics } from './statistics.js';
export { waitForInstances } from './wait-for-instances.js';
export { watchStatistics } from './watch-statistics.js';
