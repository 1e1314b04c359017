export const replay = {
  button: 'Show what would change',
  now: 'Judge again',
  nowText:
    'Decides anew on what is stored and held, by the rules of this version and what is said of values now. Nothing is written.',
  sum: 'Changes: {{changes, number}}. Looked at: {{assets, number}} assets, {{cases, number}} held devices.',
  unread_one: 'One held device could not be read.',
  unread_other: '{{count, number}} held devices could not be read.',
  more: 'Look further',
  device: 'Device',
  question: 'Question',
  questions: { again: 'it comes again', anew: 'it comes for the first time', held: 'it is held' },
  was: 'Is',
  would: 'Would be',
  decisions: { known: 'known', new: 'new', held: 'held', refused: 'refused' },
  itself: 'itself',
} as const;
