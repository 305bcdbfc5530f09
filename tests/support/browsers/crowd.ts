/** The people of one test file: opened on demand, all closed at its end. */
import type { Browser } from "playwright-core";
import { ChromiumPerson, launchChromium } from "./chromium.ts";
import { FirefoxPerson } from "./firefox.ts";
import type { Engine, Person, PersonOptions } from "./person.ts";

export class Crowd {
  #chromium: Promise<Browser> | undefined;
  #people: Person[] = [];

  async invite(engine: Engine, name: string, options: PersonOptions = {}): Promise<Person> {
    let person: Person;
    if (engine === "firefox") person = await FirefoxPerson.arrive(name, options);
    else {
      this.#chromium ??= launchChromium();
      person = await ChromiumPerson.arrive(await this.#chromium, name, options);
    }
    this.#people.push(person);
    return person;
  }

  /** Another tab of somebody's browser. */
  async secondTab(owner: Person, name: string): Promise<Person> {
    if (!(owner instanceof ChromiumPerson)) throw new Error("secondTab: Chromium only");
    const tab = await owner.secondTab(name);
    this.#people.push(tab);
    return tab;
  }

  /** What everyone sees, for the message of a test that failed. */
  async report(): Promise<string> {
    const lines = this.#people.map(async (person) => {
      const screen = await person
        .evaluate(() =>
          [...document.querySelectorAll<HTMLElement>("[data-testid]")]
            .map(({ dataset }) => [dataset["testid"], dataset["stage"], dataset["reason"]])
            .map((words) => words.filter(Boolean).join("="))
            .join(" "),
        )
        .catch(() => "(no page)");
      return [`${person.name} (${person.engine}): ${screen}`, ...person.console].join("\n  ");
    });
    return (await Promise.all(lines)).join("\n");
  }

  /** Everyone goes home; the next test starts with nobody in the lobby. */
  async leave(): Promise<void> {
    const people = this.#people;
    this.#people = [];
    // A tab that a test closed already must not keep the others from closing.
    await Promise.allSettled(people.map((person) => person.close()));
  }

  async end(): Promise<void> {
    await this.leave();
    const browser = await this.#chromium;
    await browser?.close();
  }
}
