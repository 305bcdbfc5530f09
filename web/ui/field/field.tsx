import { createUniqueId, For, type JSX, Show } from "solid-js";
import { Icon } from "../icon/icon.tsx";
import "./field.css";

interface SelectFieldProps {
  label: string;
  value: string | undefined;
  options: readonly { readonly value: string; readonly label: string }[];
  /** Shown while nothing can be chosen. */
  empty: string;
  onChange(value: string): void;
}

export function SelectField(props: SelectFieldProps) {
  const id = createUniqueId();
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {props.label}
      </label>
      <span class="field-select">
        <select
          id={id}
          disabled={props.options.length === 0}
          onChange={(event) => props.onChange(event.currentTarget.value)}
        >
          <Show when={!props.options.some((option) => option.value === props.value)}>
            <option value="" selected>
              {props.empty}
            </option>
          </Show>
          <For each={props.options}>
            {(option) => (
              <option value={option.value} selected={option.value === props.value}>
                {option.label}
              </option>
            )}
          </For>
        </select>
        <Icon name="chevron" />
      </span>
    </div>
  );
}

interface SwitchProps {
  label: string;
  note?: JSX.Element;
  on: boolean;
  testId?: string;
  onChange(on: boolean): void;
}

export function Switch(props: SwitchProps) {
  const id = createUniqueId();
  return (
    <div class="switch">
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={props.on}
        data-testid={props.testId}
        aria-describedby={props.note === undefined ? undefined : `${id}-note`}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <label for={id}>{props.label}</label>
      <Show when={props.note}>
        <p class="switch-note" id={`${id}-note`}>
          {props.note}
        </p>
      </Show>
    </div>
  );
}

interface ChoiceProps {
  legend: string;
  value: string;
  options: readonly { readonly value: string; readonly label: string }[];
  onChange(value: string): void;
}

/** A few words in a row of which one holds. */
export function Choice(props: ChoiceProps) {
  const name = createUniqueId();
  return (
    <fieldset class="choice">
      <legend class="visually-hidden">{props.legend}</legend>
      <For each={props.options}>
        {(option) => (
          <label class="choice-option">
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === props.value}
              onChange={() => props.onChange(option.value)}
            />
            <span>{option.label}</span>
          </label>
        )}
      </For>
    </fieldset>
  );
}
