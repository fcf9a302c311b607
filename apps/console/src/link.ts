import { draftOf, fragmentOf } from './share.ts'
import { getDraft, notice, setDraft } from './state.ts'

/** Opens what the address holds. It never runs by itself: somebody else may have made the link. */
export async function openLink(): Promise<void> {
  try {
    const draft = await draftOf(location.hash)
    if (draft === undefined) return
    notice.value = 'Opened from a link. Read it before you run it.'
    setDraft(draft)
  } catch (error) {
    notice.value = (error as Error).message
  }
}

/** Puts all that is set into the address, and the address on the clipboard. */
export async function shareLink(): Promise<void> {
  const url = new URL(location.href)
  url.hash = await fragmentOf(getDraft())
  history.replaceState(null, '', url)
  try {
    await navigator.clipboard.writeText(url.href)
    notice.value = `The link is copied, and stands in the address bar: ${url.href.length} characters. All of it is in the part behind #, which no server sees.`
  } catch {
    notice.value = 'The link stands in the address bar; this browser did not let it be copied.'
  }
}
