import { describe, expect, it } from 'vitest';
import { gatewayAddress } from './gateway-address.ts';

describe('the address of a gateway', () => {
  it.each([
    ['https://ra.example.cn', 'https://ra.example.cn', 'https://ra.example.cn', 'ra.example.cn'],
    [
      'https://ra.example.cn:8443/gateway/',
      'https://ra.example.cn:8443',
      'https://ra.example.cn:8443/gateway',
      'ra.example.cn',
    ],
    ['http://127.0.0.1:9480', 'http://127.0.0.1:9480', 'http://127.0.0.1:9480', '127.0.0.1'],
    ['http://localhost:9480', 'http://localhost:9480', 'http://localhost:9480', '127.0.0.1'],
    ['http://[::1]:9480', 'http://[::1]:9480', 'http://[::1]:9480', '::1'],
  ])('%s is accepted', (text, origin, base, connectTo) => {
    expect(gatewayAddress(text)).toEqual({
      ok: true,
      value: { origin, base, connectTo, secure: text.startsWith('https:') },
    });
  });

  it.each([
    ['http://ra.example.cn', 'http://ra.example.cn'],
    ['http://127.0.0.1.example.cn/', 'http://127.0.0.1.example.cn'],
    ['http://192.168.1.5:9480', 'http://192.168.1.5:9480'],
    ['http://0.0.0.0:9480', 'http://0.0.0.0:9480'],
    ['http://localhost.example.cn', 'http://localhost.example.cn'],
  ])('%s is refused: not encrypted', (text, gateway) => {
    expect(gatewayAddress(text)).toEqual({ ok: false, error: { code: 'gateway.insecure', gateway } });
  });

  it.each([
    '',
    'ra.example.cn',
    'ftp://ra.example.cn',
    'https://u:p@ra.example.cn',
    'https://ra.example.cn/?a=1',
    'https://ra.example.cn/#a',
  ])('“%s” is no address', (text) => {
    expect(gatewayAddress(text)).toEqual({
      ok: false,
      error: { code: 'request.invalid', reason: 'gateway address' },
    });
  });
});
