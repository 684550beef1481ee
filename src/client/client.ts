// What others import as `rowcast/client`: the feed as a loop, and rows that are always current.

export { follow } from './follow.ts';
export { live } from './live.ts';
export {
  type Cells,
  type Change,
  FeedError,
  type FeedEvent,
  type FollowOptions,
  type Key,
  type Live,
  type LiveOptions,
  type Lost,
  type RowChange,
  type Snapshot,
} from './types.ts';
