/** By how an asset stands with the server behind. */
export const forwardColours = {
  waiting: 'gray',
  in_flight: 'blue',
  retrying: 'orange',
  dead: 'red',
  done: 'teal',
} as const;
