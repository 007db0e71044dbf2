/** What the page over the hall asks of the hall. */
import type { NearPerson } from '../../crowd/near';
import type { Choice } from '../../reach/choice';
import type { InfoPanelEvents } from './infoPanel';
import type { LetterActions } from './letterCard';
import type { PersonSheetActions } from '../personSheet';
import type { Profile } from '../profile';
import type { StageActions } from './stagePlate';
import type { Emote } from './emotes';
import type { HeadsetActions } from './headsetButtons';

export interface HudActions extends HeadsetActions, StageActions {
  /** False while there is no line. */
  sendChat(text: string): boolean;
  emote(emote: Emote): void;
  /** To another hall, or to a spawn point, booth, panel or portal of this one. */
  go(hall: string, at: string | null): void;
  /** Back to the landing page. */
  leave(): void;
  /** Does what the prompt says. */
  interact(): void;
  setProfile(profile: Profile): void;
  /** Tries again what failed: the connection, or the load. */
  retry(): void;
  /** What a published booth's panel asks for. */
  booth: Pick<InfoPanelEvents, 'opened' | 'looks' | 'choose' | 'leaveCard'>;
  /** Reports, and who is not to be seen. */
  care: PersonSheetActions;
  /** Whoever is near and known by name, the nearest first. */
  peopleAround(): readonly NearPerson[];
  bubble(): boolean;
  setBubble(on: boolean): void;
  /** Messages that the visitor allows, and where one of them leads. */
  reach: LetterActions & { choice(): Choice; choose(choice: Choice): void; stop(): void };
}
