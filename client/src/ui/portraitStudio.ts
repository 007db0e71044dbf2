/** What the wardrobe and the portraits need of the avatars' code and three.js, in one piece to be loaded when it is wanted. */
export { AvatarKit } from '../avatars/kit';
export { AvatarStudio, previewAvatar, type AvatarPreview } from '../avatars/preview';
