PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE predictions (
    row            INTEGER PRIMARY KEY AUTOINCREMENT,  -- a number that was withdrawn never means another row
    account        TEXT NOT NULL,
    batch          TEXT,
    key            TEXT,              -- the row's key within its batch
    retired        INTEGER NOT NULL DEFAULT 0,  -- a failed row that was created anew: its key is free
    name           TEXT,
    model          TEXT,
    input          TEXT,              -- JSON, as sent
    input_hash     TEXT,
    id             TEXT,              -- the service's; null until it is known
    status         TEXT NOT NULL,
    in_flight      INTEGER NOT NULL,  -- holds a slot
    owner          TEXT,              -- the process that sends or settles it
    sent_at        INTEGER,
    lost_at        INTEGER,           -- when its answer was given up
    service_ahead  INTEGER,           -- milliseconds
    created_at     INTEGER,
    completed_at   INTEGER,
    outputs        TEXT,              -- JSON array of URLs
    error_code     TEXT,
    error_message  TEXT,
    retryable      INTEGER,
    classification TEXT,
    logs           TEXT,
    predict_time   REAL,              -- seconds
    cost           TEXT               -- USD
);
INSERT INTO predictions VALUES(1,'@account@','Spring','4F4498F38EAA536B217FF6B53D4CD9EF',0,'A','kling-o3-pro-video-to-video-reference','{"prompt":"a [instant]","video_url":"https://example.com/a.mp4"}','723BC807817BBA4D497684AD73665C18','35a043d6-6725-4219-9654-8c96d31b5952','Success',0,NULL,1795629625724,NULL,0,1795629626035,1795629626148,'["http://127.0.0.1:9/outputs/35a043d6-6725-4219-9654-8c96d31b5952/output.mp4?expires=32503680000000\u0026token=54bdb092a9b53db1"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(2,'@account@','winter','048E7F70A3C63DBDEF348DB6DDCFE59C',0,'A','kling-o3-pro-video-to-video-reference','{"prompt":"a [instant]","video_url":"https://example.com/a.mp4"}','723BC807817BBA4D497684AD73665C18','72e6cdc6-8432-4da3-8766-4787ee954b45','Success',0,NULL,1795629626043,NULL,-1025,1795629626059,1795629626160,'["http://127.0.0.1:9/outputs/72e6cdc6-8432-4da3-8766-4787ee954b45/output.mp4?expires=32503680000000\u0026token=14238863ca2cbeb6"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(3,'@account@','Spring','5155CCA4481E1B462E7580EAF2871968',0,' B ','kling-o3-pro-video-to-video-reference','{"prompt":"  b [instant]\t","video_url":"https://example.com/a.mp4"}','1FACBE4E61631C0CBE7E75B4B6BD5A86','1cf1cfe0-7273-4ae0-88d4-6139aa0c9e90','Success',0,NULL,1795629626061,NULL,-59,1795629626063,1795629626162,'["http://127.0.0.1:9/outputs/1cf1cfe0-7273-4ae0-88d4-6139aa0c9e90/output.mp4?expires=32503680000000\u0026token=028901fc3c3d0f24"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(4,'@account@','Spring','57A7F2A991B8E493E61407D8BCAD073C',0,'R1','kling-o3-pro-video-to-video-reference','{"prompt":"c [instant]","video_url":"https://example.com/a.mp4"}','DEA60AC5C2002E64BB52FFAB5B5C2150','4ff8be34-c167-4ded-80bc-780fa1070911','Success',0,NULL,1795629626065,NULL,-63,1795629626071,1795629626163,'["http://127.0.0.1:9/outputs/4ff8be34-c167-4ded-80bc-780fa1070911/output.mp4?expires=32503680000000\u0026token=0e66c7319c46a5f7"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(5,'@account@','Spring','6B04969F79259A5A1867DAE656C48679',0,'r1','kling-o3-pro-video-to-video-reference','{"prompt":"c [instant]","video_url":"https://example.com/a.mp4"}','DEA60AC5C2002E64BB52FFAB5B5C2150','b312073f-2ffb-4517-993f-c4da1febc6c7','Success',0,NULL,1795629626073,NULL,-71,1795629626079,1795629626164,'["http://127.0.0.1:9/outputs/b312073f-2ffb-4517-993f-c4da1febc6c7/output.mp4?expires=32503680000000\u0026token=865fb7c0b5d6a8b7"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(6,'@account@','Spring','5C69CA3E459A8781544593B1E846FC34',0,'d','kling-o3-pro-video-to-video-reference','{"prompt":"d [instant]","video_url":"https://example.com/a.mp4"}','40492414C4523E40AE0184815A36444A','92e8d5b2-d1f9-4479-8ba7-0b00167a867b','Success',0,NULL,1795629626083,NULL,-79,1795629626090,1795629626165,'["http://127.0.0.1:9/outputs/92e8d5b2-d1f9-4479-8ba7-0b00167a867b/output.mp4?expires=32503680000000\u0026token=2f396a3ce84c71cd"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(7,'@account@','Spring','BD61A3919C07ACE9B6CFA38FC5E3E8C6',0,'d','kling-o3-pro-video-to-video-reference','{"prompt":"d [instant]","video_url":"https://example.com/a.mp4"}','40492414C4523E40AE0184815A36444A','3ba6d90c-2c67-4d78-a681-c2e2aec3c6ff','Success',0,NULL,1795629626094,NULL,-90,1795629626103,1795629626168,'["http://127.0.0.1:9/outputs/3ba6d90c-2c67-4d78-a681-c2e2aec3c6ff/output.mp4?expires=32503680000000\u0026token=20f4af2e1a779f1f"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(8,'@account@','Spring','8005AC7477112C0DD73577E6EFD541FB',0,'e','kling-o3-pro-video-to-video-reference','{"prompt":"e [fail] [instant]","video_url":"https://example.com/a.mp4"}','08A20BBC374BC80B3537D84D108E83C7','4373a990-9d84-4f7c-8756-fbca6b7f58c1','Error',0,NULL,1795629626105,NULL,-103,1795629626112,1795629626171,NULL,'PROVIDER_REJECTED','The provider rejected the content.',NULL,NULL,NULL,0.0,'0');
INSERT INTO predictions VALUES(9,'@account@','Spring','72833B9EB06D9645651380CBEEF746E1',1,'h','kling-o3-pro-video-to-video-reference','{"prompt":"h [fail] [instant]","video_url":"https://example.com/a.mp4"}','8BA148D2E7A52F6FD5E090189135EE15','2ed74c3e-e189-4dee-8f91-38a57eec2b2a','Error',0,NULL,1795629626114,NULL,-112,1795629626119,1795629626173,NULL,'PROVIDER_REJECTED','The provider rejected the content.',0,'content_moderation',NULL,0.0,'0');
INSERT INTO predictions VALUES(19,'@account@','Spring','72833B9EB06D9645651380CBEEF746E1',0,'h','kling-o3-pro-video-to-video-reference','{"prompt":"h [fail] [instant]","video_url":"https://example.com/a.mp4"}','8BA148D2E7A52F6FD5E090189135EE15','75e1ba58-48f1-4e3f-8e36-93ecd34a9bce','Error',0,NULL,1795629626246,NULL,-228,1795629626251,1795629626304,NULL,'PROVIDER_REJECTED','The provider rejected the content.',0,'content_moderation',NULL,0.0,'0');
INSERT INTO predictions VALUES(21,'@account@','Spring','66803F4A93143E9368066C935BCEF2D1',0,'f','kling-o3-pro-video-to-video-reference','{"prompt":"f [never]","video_url":"https://example.com/a.mp4"}','FD40558D6967EEAEA4C01791ED77A687','213adeb8-da17-4a6b-8688-2dca80a2c010','Cancelled',0,NULL,1795629626307,NULL,-305,1795629626310,1795629626319,NULL,NULL,NULL,NULL,NULL,NULL,0.005000000000000000104,'0');
INSERT INTO predictions VALUES(23,'@account@','spring ','38B055D5D4647906E30B6FD4717997B4',0,'i','kling-o3-pro-video-to-video-reference','{"prompt":"i [instant]","video_url":"https://example.com/a.mp4"}','4B5B8F785CFDF812F19759787BECD9CE','0fb80894-29aa-4087-a6ce-8b6cc310c15a','Success',0,NULL,1795629626321,NULL,-321,1795629626324,1795629626375,'["http://127.0.0.1:9/outputs/0fb80894-29aa-4087-a6ce-8b6cc310c15a/output.mp4?expires=32503680000000\u0026token=3bd8b4622beeed42"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(24,'@account@','SPRING','572920BC7DEF80DB7C7DC18542904732',0,'j','kling-o3-pro-video-to-video-reference','{"prompt":"j [instant]","video_url":"https://example.com/a.mp4"}','0C9D3254A1C95208FAC7F7EC355E9860','7dc519d2-106a-448d-84aa-8ee0d7a4b5e3','Success',0,NULL,1795629626325,NULL,-324,1795629626329,1795629626380,'["http://127.0.0.1:9/outputs/7dc519d2-106a-448d-84aa-8ee0d7a4b5e3/output.mp4?expires=32503680000000\u0026token=8a10db1621fe29f9"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(25,'@account@','Spring','C58731616052D68F1C4AD59B14CFAF31',0,NULL,'kling-o3-pro-video-to-video-reference','{"prompt":"m [instant]","video_url":"https://example.com/a.mp4"}','D6E66BBFF2345FC38C334A602F9DA206','56ae08ed-bac7-441a-a184-fb3870791989','Success',0,NULL,1795629626331,NULL,-329,1795629626332,1795629626383,'["http://127.0.0.1:9/outputs/56ae08ed-bac7-441a-a184-fb3870791989/output.mp4?expires=32503680000000\u0026token=9553c7e48136d429"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(26,'@account@','Spring','C9C74DD8CEA4CBD8A7E8FC17E333F752',0,'clip','kling-o3-pro-video-to-video-reference','{"prompt":"n [instant]","video_url":"https://example.com/a.mp4"}','C0D17EA7D0CE75E6D2BFF279317FE552','0a770c93-38d9-49e8-a51f-c74ad2737ab4','Success',0,NULL,1795629626334,NULL,-332,1795629626342,1795629626393,'["http://127.0.0.1:9/outputs/0a770c93-38d9-49e8-a51f-c74ad2737ab4/output.mp4?expires=32503680000000\u0026token=96d785e17af4fe2e"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(31,'@account@','Spring','192160D447EE86510314398F4B59B5E4',0,'p','kling-o3-pro-video-to-video-reference','{"prompt":"p [instant]","video_url":"https://example.com/a.mp4"}','120B2E9696AD0CDE5102DB65BABB4EF0','f2fa5187-b646-4873-b6c1-5d29e5d788b1','Success',0,NULL,1795629627293,NULL,-292,1795629627354,1795629627408,'["http://127.0.0.1:9/outputs/f2fa5187-b646-4873-b6c1-5d29e5d788b1/output.mp4?expires=32503680000000\u0026token=a934434400c6be41"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(33,'@account@','SPRING','192160D447EE86510314398F4B59B5E4',0,'p','kling-o3-pro-video-to-video-reference','{"prompt":"p [instant]","video_url":"https://example.com/a.mp4"}','120B2E9696AD0CDE5102DB65BABB4EF0','46ff8629-cbac-497d-95af-3a6645a9c9dc','Success',0,NULL,1795629627410,NULL,-410,1795629627415,1795629627466,'["http://127.0.0.1:9/outputs/46ff8629-cbac-497d-95af-3a6645a9c9dc/output.mp4?expires=32503680000000\u0026token=f04f5066f1799f30"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(35,'@account@','Spring','0B22184175B9DAD6D51DF56E5264F3FC',0,'Größe 1','kling-o3-pro-video-to-video-reference','{"prompt":"@Element1 like @Image1 é+<''> [instant]","video_url":"https://example.com/a.mp4?x=1&y=%20","image_urls":["https://example.com/1.png"],"elements":[{"frontal_image_url":"https://example.com/f.png","reference_image_urls":["https://example.com/r.png"]}],"keep_audio":false,"aspect_ratio":"9:16","duration":"7"}','9247C51493878AA76EB8269E217373E4','2d5ee10d-c29a-47b2-9d24-2b060fcbf942','Success',0,NULL,1795629627468,NULL,-468,1795629627478,1795629627531,'["http://127.0.0.1:9/outputs/2d5ee10d-c29a-47b2-9d24-2b060fcbf942/output.mp4?expires=32503680000000\u0026token=f6d7d2485a3e5443"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(37,'@account@','Spring','6F018E349215AAFDC1715B523743784B',0,'tomorrow','a-model-of-tomorrow','{"prompt":"tomorrow ","seed":" 42 ","scale":1.5,"steps":30,"nested":{"style":"","note":" x ","on":true}}','B90CC7B96BC7D6415CD765444543B9FC','of-tomorrow-1','Created',1,NULL,1795629627631,NULL,-531,1795629627636,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO predictions VALUES(38,'@account@','Spring',NULL,0,'watched',NULL,'{"prompt":"of somebody [instant]","video_url":"https://example.com/a.mp4"}',NULL,'70a89122-9361-4ca0-b1d9-a97f1805d979','Success',0,NULL,NULL,NULL,NULL,NULL,1795629627658,'["http://127.0.0.1:9/outputs/70a89122-9361-4ca0-b1d9-a97f1805d979/output.mp4?expires=32503680000000\u0026token=79c897151da7547f"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(39,'@account@',NULL,NULL,0,'A','kling-o3-pro-video-to-video-reference','{"prompt":"no batch [instant]","video_url":"https://example.com/a.mp4"}','48B9180AEBC1E7CBE5D83F10951ECAA5','396015b3-3f81-482a-8863-7a31635cc7f6','Success',0,NULL,1795629628348,NULL,-346,1795629628354,1795629628405,'["http://127.0.0.1:9/outputs/396015b3-3f81-482a-8863-7a31635cc7f6/output.mp4?expires=32503680000000\u0026token=6b135227400648e3"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(41,'@account@','Spring','A0D91202D31D5B84D5002D4BCD4038B0',0,'one','kling-o3-pro-video-to-video-reference','{"prompt":"clip [instant]","video_url":"http://127.0.0.1:9/files/ebe30adb-c8e8-49c7-9e62-0fc91350fb35.mp4"}','3B07DFFD19A56C3FDB96C83913456262','2db85134-6261-4c39-9d2b-9656f0d161e5','Success',0,NULL,1795629628555,NULL,-478,1795629628565,1795629628617,'["http://127.0.0.1:9/outputs/2db85134-6261-4c39-9d2b-9656f0d161e5/output.mp4?expires=32503680000000\u0026token=c68bd24f8b24fe02"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(42,'@account@','Spring','BF04BC5A94DD806C34A4DEF47FE5C48D',0,'Two','kling-o3-pro-video-to-video-reference','{"prompt":" clip [instant] ","video_url":"http://127.0.0.1:9/files/25cad994-3074-4da6-b99d-e568421c40c0.mp4"}','96F10526372D68FAFD2487880A8BE6CF','6a750fe0-857f-4c72-8cec-bb548992b7df','Success',0,NULL,1795629628579,NULL,-577,1795629628583,1795629628634,'["http://127.0.0.1:9/outputs/6a750fe0-857f-4c72-8cec-bb548992b7df/output.mp4?expires=32503680000000\u0026token=e43dae819f45ade4"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(43,'@account@','Spring','3200CFD2D5D6374359F4E88350CE04CB',0,'Take 1 ','kling-o3-pro-video-to-video-reference','{"prompt":"clip [instant]","video_url":"http://127.0.0.1:9/files/ebe30adb-c8e8-49c7-9e62-0fc91350fb35.mp4"}','3B07DFFD19A56C3FDB96C83913456262','969f4ae1-377a-42e3-8551-1cdc151b7037','Success',0,NULL,1795629628587,NULL,-583,1795629628595,1795629628648,'["http://127.0.0.1:9/outputs/969f4ae1-377a-42e3-8551-1cdc151b7037/output.mp4?expires=32503680000000\u0026token=38fe4b9551b89f8b"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(44,'@account@','Spring','9F34E9B85B7B114F75192ED576ADC30C',0,'take 1','kling-o3-pro-video-to-video-reference','{"prompt":"clip [instant]","video_url":"http://127.0.0.1:9/files/ebe30adb-c8e8-49c7-9e62-0fc91350fb35.mp4"}','3B07DFFD19A56C3FDB96C83913456262','b574812c-9dd4-4452-a681-cc5134449a49','Success',0,NULL,1795629628601,NULL,-595,1795629628611,1795629628662,'["http://127.0.0.1:9/outputs/b574812c-9dd4-4452-a681-cc5134449a49/output.mp4?expires=32503680000000\u0026token=2cbfd00377becd0e"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(49,'@account@','Spring','72E48D35095D8ACD5974958FFDD803E4',0,'elements','kling-o3-pro-video-to-video-reference','{"prompt":"@Element1 [instant]","video_url":"https://example.com/a.mp4","elements":[{"frontal_image_url":"http://127.0.0.1:9/files/ebe30adb-c8e8-49c7-9e62-0fc91350fb35.mp4","reference_image_urls":["https://example.com/r.png","http://127.0.0.1:9/files/25cad994-3074-4da6-b99d-e568421c40c0.mp4"]}]}','CE4CEC03A1AD70E1C03AEA38595DD6F3','20307ced-2f99-40e6-8380-4b5cadfd036a','Success',0,NULL,1795629628664,NULL,-664,1795629628675,1795629628730,'["http://127.0.0.1:9/outputs/20307ced-2f99-40e6-8380-4b5cadfd036a/output.mp4?expires=32503680000000\u0026token=1d3c86e1c4c81d10"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(51,'@account@','Spring','DCF2E96A11A03090F9CFFB425B81FB9C',0,'g','kling-o3-pro-video-to-video-reference','{"prompt":"g [never]","video_url":"https://example.com/a.mp4"}','8D265B00E531BC537813D835C46F700D','e720623b-0113-431c-a26a-7a3849cc7aca','Created',1,NULL,1795629629404,NULL,-403,1795629629409,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO predictions VALUES(52,'@account@','Spring','E57964A4A7B409689322185589B69425',0,'q','kling-o3-pro-video-to-video-reference','{"prompt":"q [never]","video_url":"https://example.com/a.mp4"}','BB749F1403EF6CD659A14D097D82266F','ad4e0a16-686d-4daa-8d53-08a052b88e44','Processing',1,NULL,1795629629520,NULL,-519,1795629629521,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO predictions VALUES(55,'@account@','Spring','74DDDCB92C27ACEEBEE1E2C46429BCF0',0,'K','kling-o3-pro-video-to-video-reference','{"prompt":" k [never]","video_url":"https://example.com/a.mp4"}','563E16B91CA715AEE77FDD9421BAEB6E',NULL,'Unknown',0,NULL,1795629647588,1795629647608,-587,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO predictions VALUES(56,'@account@','Spring','64CAD9926AF899A515E5E26AADB3E6F1',0,'L ','kling-o3-pro-video-to-video-reference','{"prompt":"l [never]","video_url":"https://example.com/a.mp4"}','054FB9156A0D7A707ACE43644669D6BA',NULL,'Submitting',1,'b6c9a64d562647c080e2323e1b9794c6',1795629647661,NULL,-661,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE sends (account TEXT NOT NULL, at INTEGER NOT NULL);
INSERT INTO sends VALUES('@account@',1795629626036);
INSERT INTO sends VALUES('@account@',1795629626059);
INSERT INTO sends VALUES('@account@',1795629626063);
INSERT INTO sends VALUES('@account@',1795629626071);
INSERT INTO sends VALUES('@account@',1795629626079);
INSERT INTO sends VALUES('@account@',1795629626090);
INSERT INTO sends VALUES('@account@',1795629626103);
INSERT INTO sends VALUES('@account@',1795629626112);
INSERT INTO sends VALUES('@account@',1795629626119);
INSERT INTO sends VALUES('@account@',1795629626252);
INSERT INTO sends VALUES('@account@',1795629626311);
INSERT INTO sends VALUES('@account@',1795629626324);
INSERT INTO sends VALUES('@account@',1795629626329);
INSERT INTO sends VALUES('@account@',1795629626332);
INSERT INTO sends VALUES('@account@',1795629626342);
INSERT INTO sends VALUES('@account@',1795629627354);
INSERT INTO sends VALUES('@account@',1795629627415);
INSERT INTO sends VALUES('@account@',1795629627478);
INSERT INTO sends VALUES('@account@',1795629627636);
INSERT INTO sends VALUES('@account@',1795629628354);
INSERT INTO sends VALUES('@account@',1795629628565);
INSERT INTO sends VALUES('@account@',1795629628583);
INSERT INTO sends VALUES('@account@',1795629628595);
INSERT INTO sends VALUES('@account@',1795629628611);
INSERT INTO sends VALUES('@account@',1795629628675);
INSERT INTO sends VALUES('@account@',1795629629409);
INSERT INTO sends VALUES('@account@',1795629629521);
INSERT INTO sends VALUES('@account@',1795629647588);
INSERT INTO sends VALUES('@account@',1795629647661);
CREATE TABLE accounts (
    account      TEXT PRIMARY KEY,
    paused_until INTEGER NOT NULL DEFAULT 0,
    pause_reason TEXT,
    refusals     INTEGER NOT NULL DEFAULT 0  -- 429s in a row
);
CREATE TABLE files (
    account  TEXT NOT NULL,
    id       TEXT NOT NULL,
    output   INTEGER NOT NULL,  -- which of the prediction's outputs, from 0
    path     TEXT NOT NULL,
    length   INTEGER NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (account, id, output, path)
) WITHOUT ROWID;
INSERT INTO files VALUES('@account@','72e6cdc6-8432-4da3-8766-4787ee954b45',0,'/videos/A.mp4',45927,1795629626212);
CREATE TABLE uploads (
    account      TEXT NOT NULL,
    sha256       TEXT NOT NULL,
    content_type TEXT NOT NULL,
    url          TEXT,              -- null until it was uploaded once
    expires_at   INTEGER,
    uploaded_at  INTEGER,
    owner        TEXT,              -- the process that uploads it now
    PRIMARY KEY (account, sha256, content_type)
) WITHOUT ROWID;
INSERT INTO uploads VALUES('@account@','6e334a9b5c0fef20f959a428ece988320416ab34737001615ea89bd4da7a8c29','video/mp4','http://127.0.0.1:9/files/ebe30adb-c8e8-49c7-9e62-0fc91350fb35.mp4',1811181628478,1795629628552,NULL);
INSERT INTO uploads VALUES('@account@','d53eae8b1bb9ef20c924b956bbb93d5f4e6f56d3f1f731a41854b8e38a9ad545','video/mp4','http://127.0.0.1:9/files/25cad994-3074-4da6-b99d-e568421c40c0.mp4',1811181628577,1795629628578,NULL);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('predictions',56);
CREATE UNIQUE INDEX predictions_key ON predictions (account, batch, key) WHERE key IS NOT NULL AND retired = 0;
CREATE UNIQUE INDEX predictions_id ON predictions (account, id) WHERE id IS NOT NULL;
CREATE INDEX predictions_in_flight ON predictions (account) WHERE in_flight = 1;
CREATE INDEX predictions_owned ON predictions (account) WHERE owner IS NOT NULL;
CREATE INDEX sends_at ON sends (account, at);
COMMIT;
PRAGMA user_version = 2;
