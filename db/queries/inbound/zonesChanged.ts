/** The zones that a message was read by are others by now: it is to be read anew. */
export class ZonesChanged extends Error {
  override name = 'ZonesChanged'
}
