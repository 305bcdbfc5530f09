import { createSignal, createUniqueId, For, type JSX, Show } from "solid-js";
import { Button } from "../button/button.tsx";
import { Icon } from "../icon/icon.tsx";
import "./tags.css";

interface TagsProps {
  label: string;
  note: JSX.Element;
  tags: readonly string[];
  most: number;
  maxChars: number;
  /** Words of the controls and of what happened. */
  text: {
    readonly add: string;
    placeholder(left: number): string;
    readonly full: string;
    remove(tag: string): string;
    added(tag: string): string;
    removed(tag: string): string;
    known(tag: string): string;
  };
  /** The tag as it will be kept, or undefined for nothing. */
  tidy(typed: string): string | undefined;
  /** Whether two are one and the same. */
  same(one: string, other: string): boolean;
  onChange(tags: readonly string[]): void;
}

/** A short list of words: type one and press Enter, remove one by its button. */
export function Tags(props: TagsProps) {
  const id = createUniqueId();
  let input: HTMLInputElement | undefined;
  const [said, setSaid] = createSignal("");
  const left = () => props.most - props.tags.length;

  function add(): void {
    const tag = props.tidy(input?.value ?? "");
    if (input !== undefined) input.value = "";
    if (tag === undefined || left() <= 0) return;
    if (props.tags.some((known) => props.same(known, tag))) {
      setSaid(props.text.known(tag));
      return;
    }
    setSaid(props.text.added(tag));
    props.onChange([...props.tags, tag]);
  }

  function remove(tag: string): void {
    setSaid(props.text.removed(tag));
    props.onChange(props.tags.filter((each) => each !== tag));
    // The button that had the focus is gone.
    input?.focus();
  }

  return (
    <div class="tags">
      <label class="field-label" for={id}>
        {props.label}
      </label>
      <Show when={props.tags.length > 0}>
        <ul class="tags-list">
          <For each={props.tags}>
            {(tag) => (
              <li class="tags-tag">
                <span>{tag}</span>
                <button
                  type="button"
                  aria-label={props.text.remove(tag)}
                  onClick={() => remove(tag)}
                >
                  <Icon name="close" />
                </button>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <form
        class="tags-new"
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <input
          id={id}
          ref={(element) => (input = element)}
          type="text"
          autocomplete="off"
          autocapitalize="none"
          maxLength={props.maxChars}
          disabled={left() <= 0}
          placeholder={left() > 0 ? props.text.placeholder(left()) : ""}
          aria-describedby={`${id}-note`}
        />
        <Button size="small" type="submit" disabled={left() <= 0}>
          {props.text.add}
        </Button>
      </form>
      <p class="tags-note" id={`${id}-note`}>
        {left() > 0 ? props.note : props.text.full}
      </p>
      <p class="visually-hidden" role="status">
        {said()}
      </p>
    </div>
  );
}
