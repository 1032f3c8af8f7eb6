/** The name of the channel every user is in. Nobody else can take it, whether there is a lobby or not. */
export const lobbyName = 'lobby';
