declare module 'virtual:mqtt-amber-api' {
  const api: import('./api.ts').Api;
  export default api;
}
