/**
 * Keeps a click or key press that was meant for something else from giving consent: one in the first
 * half second after the buttons appear or the window comes back, or one from a key held down.
 */
import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** Milliseconds in which nobody reads a page. */
const UNREAD = 500

/**
 * Guards what is inside an element.
 *
 * @param area the element that holds the buttons
 * @param shown whether they are there yet
 * @returns whether it is too early; the stylesheet then keeps the pointer away from the buttons
 */
export function useClickGuard(area: RefObject<HTMLElement | null>, shown: boolean): boolean {
  const [early, setEarly] = useState(true)

  useEffect(() => {
    if (!shown) return setEarly(true)
    let timer = 0
    const arm = () => {
      setEarly(true)
      clearTimeout(timer)
      timer = window.setTimeout(() => setEarly(false), UNREAD)
    }
    arm()
    window.addEventListener('focus', arm)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('focus', arm)
    }
  }, [shown])

  useEffect(() => {
    const element = area.current
    const refuse = (event: KeyboardEvent) => {
      const presses = event.key === 'Enter' || event.key === ' '
      if (presses && (early || event.repeat)) event.preventDefault()
    }
    // Space clicks when it is released.
    const events = ['keydown', 'keyup'] as const
    for (const name of events) element?.addEventListener(name, refuse, true)
    return () => {
      for (const name of events) element?.removeEventListener(name, refuse, true)
    }
  }, [area, early])

  return early
}
