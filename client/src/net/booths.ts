/** An exhibitor's own booth over HTTP: the one that is not published yet, and where it is to stand. */
import { fetchMe } from './account';
import { ApiError, fetchAnswer, type Booth, type Transform, type Vec3 } from './api';
import { EMPTY_DRESS, fetchBooth, saveDress } from './boothRecords';

/** As `booths` of a hall has them, and the hall. */
export type PreviewBooth = Booth & { hall: string; transform: Transform };

/** Throws ApiError: `not_signed_in`, `not_allowed`, `no_such_booth` ... */
export async function fetchPreview(id: string): Promise<PreviewBooth> {
  return (await (await fetchAnswer(`/api/booths/${encodeURIComponent(id)}/preview`)).json()) as PreviewBooth;
}

/**
 * Stand the booth so: what is on it stays, as it was saved last in whatever page. `panelAt` tells where a panel stands from now on.
 * Throws ApiError.
 */
export async function saveTransform({ id, hall, slot }: PreviewBooth, transform: Transform, panelAt: (at: Vec3) => Vec3): Promise<void> {
  const me = await fetchMe();
  if (!me) throw new ApiError('not_signed_in', 'nobody is signed in');
  const dress = (await fetchBooth(id)).dress ?? EMPTY_DRESS;
  const panels = dress.panels.map((panel) => ({ ...panel, at: panelAt(panel.at) }));
  await saveDress(id, { ...dress, panels, hall, slot, ...transform });
}
