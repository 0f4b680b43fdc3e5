/** Something that Discord's app would not let a person do: the command is not offered, the button is not there. */
export class NotPossible extends Error {}
