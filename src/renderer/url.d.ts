declare module '*?url';
