/** How the command is called in the folder of Sluice, so that what is advised can be pasted. */
export const COMMAND = 'npx sluice';
