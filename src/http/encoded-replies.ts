import { LRUCache } from 'lru-cache';
import type { AgentReply, Speech } from '../domain/agent';
import { encodeReply } from '../protocol/encode-reply';

export interface ReadyReply {
  /** The bytes as latin1 text: Node sends a text together with the head in one piece, bytes in a second one. */
  readonly body: string;
  readonly contentType: string;
}

/** Far more than there are: some thirty phrases, two dialects, five encodings, few of which ever meet. */
const maxReplies = 1000;

const ready = new LRUCache<string, ReadyReply>({ max: maxReplies });

/**
 * An answer in bytes. All but the answer to a contact and jobs say the same to everybody: they are compressed once, not
 * each time.
 */
export function readyReply(reply: AgentReply, speech: Speech): ReadyReply {
  if (reply.kind === 'contact' || (reply.kind === 'prolog' && reply.options !== undefined))
    return encoded(reply, speech);
  const name = `${speech.dialect} ${speech.encoding} ${Object.values(reply).join(' ')}`;
  const known = ready.get(name);
  if (known !== undefined) return known;
  const made = encoded(reply, speech);
  ready.set(name, made);
  return made;
}

function encoded(reply: AgentReply, speech: Speech): ReadyReply {
  const { body, contentType } = encodeReply(reply, speech);
  return { body: body.toString('latin1'), contentType };
}
