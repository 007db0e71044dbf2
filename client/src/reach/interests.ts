/** The interests to choose from: `interest.<tag>` of the catalogue are all of them. */
import messages from '../../../assets/text/messages.json';
import type { MessageKey } from '../text/catalogue';

const PREFIX = 'interest.';

export const interests = (): readonly string[] =>
  Object.keys(messages).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));

export const interestKey = (tag: string): MessageKey => `interest.${tag}` as MessageKey;
