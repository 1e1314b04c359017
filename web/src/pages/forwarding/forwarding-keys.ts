/** What is asked for anew after a change of what is passed on. */
export const forwardingKeys = [['forwarding'], ['overview']] as const;
