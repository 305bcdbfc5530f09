import { onMount } from "solid-js";

/**
 * For the heading of a screen that has just replaced another: the element that had the focus is
 * gone, and a screen reader would otherwise start at the top of an empty page.
 */
export function takeFocus(element: HTMLElement): void {
  element.tabIndex = -1;
  onMount(() => element.focus({ preventScroll: true }));
}
