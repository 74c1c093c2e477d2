import { ANIMALS, type Animal, COLOURS, type Colour, NAMES, type Name, PLACES, type Place } from './concepts.js';
import type { Teller, Way } from './teller.js';

/** Someone in a story. */
export interface Character extends Name {
  readonly role: 'hero' | 'friend';
  readonly animal: Animal;
  readonly colour: Colour;
  readonly home: Place;
}

/** `, a grey mouse named Ida sat by the river.` or ` Otto, a red fox from the hill.` */
export function introduction(t: Teller, role: 'hero' | 'friend', others: readonly Character[]): Character {
  const taken = (name: Name): boolean => others.some((other) => other.name === name.name);
  const free = <T extends string>(all: readonly T[], of: (other: Character) => T): T[] =>
    all.filter((each) => !others.some((other) => of(other) === each));
  const named = (): Name => {
    const name = t.choose(NAMES.filter((each) => !taken(each)).map((each) => ({ ...way('name', each.name), value: each })));
    t.know(role, name.name);
    return name;
  };
  const looks = (): { colour: Colour; animal: Animal } => {
    t.say(', a');
    const colour = t.choose(COLOURS.map((each) => way('colour', each)));
    const animal = t.choose(free(keys(ANIMALS), (other) => other.animal).map((each) => way('animal', each)));
    t.know(`${role}Animal`, animal);
    return { colour, animal };
  };
  if (role === 'friend') {
    const name = named();
    const { colour, animal } = looks();
    t.say(' from the');
    const home = t.choose(free(keys(PLACES), (other) => other.home).map((each) => way('place', each)));
    t.say('.');
    return { ...name, role, colour, animal, home };
  }
  const { colour, animal } = looks();
  t.say(' named');
  const name = named();
  t.choose(['sat', 'woke up', 'played', 'waited'].map((verb) => ({ text: ` ${verb}`, value: verb, concepts: ['verb/rest'] })));
  const home = where(t, keys(PLACES));
  t.say('.');
  return { ...name, role, colour, animal, home };
}

/** ` by the river` */
export function where(t: Teller, places: readonly Place[]): Place {
  const place = t.choose(places.map((each) => ({ ...way('place', each), text: ` ${PLACES[each]} the ${each}` })));
  t.know('place', place);
  return place;
}

/** ` Ida`, who is the hero or the friend. */
export function subject(t: Teller, { name, role }: Character): void {
  t.say(` ${name}`, `name/${name}`, `role/${role}`);
}

/** `she`, or `She` where it begins a sentence. */
export function pronoun({ she }: Name, first = false): string {
  const word = she ? 'she' : 'he';
  return first ? word[0]!.toUpperCase() + word.slice(1) : word;
}

/** A word that is a concept by itself. */
export function way<T extends string>(category: string, word: T): Way<T> {
  return { text: ` ${word}`, value: word, concepts: [`${category}/${word}`] };
}

/** The names in a list of concepts. */
export function keys<T extends object>(record: T): (keyof T & string)[] {
  return Object.keys(record) as (keyof T & string)[];
}
