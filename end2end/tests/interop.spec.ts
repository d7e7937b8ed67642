import { OtherClient } from '../fixtures/other-client.ts';
import { expect, test, until } from '../fixtures/test.ts';

const rina = '6281311110001';
const budi = '6281311110002';
const wulan = '6281311110003';

/** Of the sandbox's honesty: a client that shares no line with Sapa's own finds the network it knows. */
for (const [addressing, phone] of [['lid', '6281200000771'], ['pn', '6281200000772']] as const) {
  test(`another client of the protocol is at home, addressed by ${addressing}`, { tag: '@desktop' }, async ({ sapa }) => {
    const { sandbox } = sapa;
    await sandbox.addAccount(phone, 'Toko', addressing);
    const replies = [{ match: 'halo', text: 'halo juga', after_ms: 10 }];
    await sandbox.setPerson(rina, { name: 'Rina', saved_as: 'Bu Rina', read_ms: [5, 10], read_probability: 1, replies });
    const client = await OtherClient.link(sandbox, phone);
    try {
      await until('the address book', 20_000, async () => (client.names.get(rina) === 'Bu Rina' ? true : undefined));
      const address = `${rina}@s.whatsapp.net`;
      expect(await client.socket.onWhatsApp(rina)).toMatchObject([{ exists: true }]);

      const greeting = await client.sends(address, 'halo dari klien lain');
      await client.sees(greeting);
      await client.hears('halo juga');
      expect(client.typing.size).toBeGreaterThan(0);
      await client.socket.sendMessage(address, { react: { text: '👍', key: { remoteJid: address, fromMe: true, id: greeting } } });

      await sandbox.writes(budi, phone, 'Masih buka?');
      const { key } = await client.hears('Masih buka?');
      expect([key.remoteJid, key.remoteJidAlt]).toContain(`${budi}@s.whatsapp.net`);
      await client.socket.readMessages([key]);

      const group = await client.socket.groupCreate('Pelanggan', [address, `${wulan}@s.whatsapp.net`]);
      expect([group.participants.length, group.addressingMode]).toEqual([3, addressing]);
      const greetings = await client.sends(group.id, 'Halo semua');
      await sandbox.writes(wulan, group.id, 'Halo grup');
      await client.hears('Halo grup');
      await until('everybody in the group can read it', 20_000, async () =>
        (await sandbox.ledger({ from: phone })).find(({ id, decrypted }) => id === greetings && decrypted),
      );

      const said = (await sandbox.ledger({ from: phone })).map(({ kind, text, decrypted }) => [kind, text, decrypted]);
      expect(said).toEqual([
        ['text', 'halo dari klien lain', true],
        ['reaction', '👍', true],
        ['text', 'Halo semua', true],
      ]);
      expect(await sandbox.summary(phone)).toMatchObject({ wire_duplicates: 0, undecryptable: 0, signal_counter_reuse: 0 });

      await client.socket.logout();
      expect(await client.ended()).toBe(401);
      await until('the end of the device', 20_000, async () =>
        (await sandbox.account(phone)).devices.length === 0 ? true : undefined,
      );
    } finally {
      await client.dispose();
    }
  });
}
