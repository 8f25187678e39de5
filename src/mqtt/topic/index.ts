export type { Entry } from './entries.ts';
export { matches } from './matches.ts';
export { RememberedLists } from './remembered-lists.ts';
export { TopicNames } from './topic-names.ts';
export { TopicTrie } from './topic-trie.ts';
export {
  filterError,
  filterFault,
  hasMoreLevels,
  hasWildcard,
  parseShared,
  type SharedFilter,
  type TopicFault,
  topicNameError,
  topicNameFault,
} from './validity.ts';
