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
INSERT INTO predictions VALUES(1,'@account@','Spring','4F4498F38EAA536B217FF6B53D4CD9EF',0,'A','kling-o3-pro-video-to-video-reference','{"prompt":"a [instant]","video_url":"https://example.com/a.mp4"}','723BC807817BBA4D497684AD73665C18','dface408-d194-47d7-93f7-344cc7f6160a','Success',0,NULL,1795629654229,NULL,0,1795629654965,1795629655345,'["http://127.0.0.1:9/outputs/dface408-d194-47d7-93f7-344cc7f6160a/output.mp4?expires=32503680000000\u0026token=54bdb092a9b53db1"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(2,'@account@','winter','048E7F70A3C63DBDEF348DB6DDCFE59C',0,'A','kling-o3-pro-video-to-video-reference','{"prompt":"a [instant]","video_url":"https://example.com/a.mp4"}','723BC807817BBA4D497684AD73665C18','93bfabe5-c436-4102-9fd7-997fa60116a1','Success',0,NULL,1795629655057,NULL,-860,1795629655105,1795629655355,'["http://127.0.0.1:9/outputs/93bfabe5-c436-4102-9fd7-997fa60116a1/output.mp4?expires=32503680000000\u0026token=14238863ca2cbeb6"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(3,'@account@','Spring','5155CCA4481E1B462E7580EAF2871968',0,' B ','kling-o3-pro-video-to-video-reference','{"prompt":"  b [instant]\t","video_url":"https://example.com/a.mp4"}','1FACBE4E61631C0CBE7E75B4B6BD5A86','f8332aec-ad35-4e40-908f-d31e2063319b','Success',0,NULL,1795629655119,NULL,-105,1795629655126,1795629655358,'["http://127.0.0.1:9/outputs/f8332aec-ad35-4e40-908f-d31e2063319b/output.mp4?expires=32503680000000\u0026token=028901fc3c3d0f24"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(4,'@account@','Spring','57A7F2A991B8E493E61407D8BCAD073C',0,'R1','kling-o3-pro-video-to-video-reference','{"prompt":"c [instant]","video_url":"https://example.com/a.mp4"}','DEA60AC5C2002E64BB52FFAB5B5C2150','e31e3bd6-5acc-44a7-b70d-d3a24acafd77','Success',0,NULL,1795629655139,NULL,-126,1795629655151,1795629655360,'["http://127.0.0.1:9/outputs/e31e3bd6-5acc-44a7-b70d-d3a24acafd77/output.mp4?expires=32503680000000\u0026token=0e66c7319c46a5f7"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(5,'@account@','Spring','6B04969F79259A5A1867DAE656C48679',0,'r1','kling-o3-pro-video-to-video-reference','{"prompt":"c [instant]","video_url":"https://example.com/a.mp4"}','DEA60AC5C2002E64BB52FFAB5B5C2150','36a0d0fc-bdac-4952-a056-17166d991125','Success',0,NULL,1795629655167,NULL,-151,1795629655195,1795629655361,'["http://127.0.0.1:9/outputs/36a0d0fc-bdac-4952-a056-17166d991125/output.mp4?expires=32503680000000\u0026token=865fb7c0b5d6a8b7"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(6,'@account@','Spring','5C69CA3E459A8781544593B1E846FC34',0,'d','kling-o3-pro-video-to-video-reference','{"prompt":"d [instant]","video_url":"https://example.com/a.mp4"}','40492414C4523E40AE0184815A36444A','fc723d95-1845-422c-a3be-d887de2ad9b0','Success',0,NULL,1795629655198,NULL,-195,1795629655200,1795629655363,'["http://127.0.0.1:9/outputs/fc723d95-1845-422c-a3be-d887de2ad9b0/output.mp4?expires=32503680000000\u0026token=2f396a3ce84c71cd"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(7,'@account@','Spring','BD61A3919C07ACE9B6CFA38FC5E3E8C6',0,'d','kling-o3-pro-video-to-video-reference','{"prompt":"d [instant]","video_url":"https://example.com/a.mp4"}','40492414C4523E40AE0184815A36444A','6fc0b55e-8039-4582-ba75-7925756bf55c','Success',0,NULL,1795629655202,NULL,-200,1795629655210,1795629655366,'["http://127.0.0.1:9/outputs/6fc0b55e-8039-4582-ba75-7925756bf55c/output.mp4?expires=32503680000000\u0026token=20f4af2e1a779f1f"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(8,'@account@','Spring','8005AC7477112C0DD73577E6EFD541FB',0,'e','kling-o3-pro-video-to-video-reference','{"prompt":"e [fail] [instant]","video_url":"https://example.com/a.mp4"}','08A20BBC374BC80B3537D84D108E83C7','fcd9b532-82bc-4591-b812-8e334ff8251f','Error',0,NULL,1795629655219,NULL,-209,1795629655224,1795629655372,NULL,'PROVIDER_REJECTED','The provider rejected the content.',NULL,NULL,NULL,0.0,'0');
INSERT INTO predictions VALUES(9,'@account@','Spring','72833B9EB06D9645651380CBEEF746E1',1,'h','kling-o3-pro-video-to-video-reference','{"prompt":"h [fail] [instant]","video_url":"https://example.com/a.mp4"}','8BA148D2E7A52F6FD5E090189135EE15','a1137e12-446a-4e1f-80c2-e6cc0afdd3fa','Error',0,NULL,1795629655230,NULL,-224,1795629655235,1795629655376,NULL,'PROVIDER_REJECTED','The provider rejected the content.',0,'content_moderation',NULL,0.0,'0');
INSERT INTO predictions VALUES(19,'@account@','Spring','72833B9EB06D9645651380CBEEF746E1',0,'h','kling-o3-pro-video-to-video-reference','{"prompt":"h [fail] [instant]","video_url":"https://example.com/a.mp4"}','8BA148D2E7A52F6FD5E090189135EE15','2945a2c1-2a3e-4305-9447-4ace4b27533b','Error',0,NULL,1795629655533,NULL,-527,1795629655547,1795629655603,NULL,'PROVIDER_REJECTED','The provider rejected the content.',0,'content_moderation',NULL,0.0,'0');
INSERT INTO predictions VALUES(21,'@account@','Spring','66803F4A93143E9368066C935BCEF2D1',0,'f','kling-o3-pro-video-to-video-reference','{"prompt":"f [never]","video_url":"https://example.com/a.mp4"}','FD40558D6967EEAEA4C01791ED77A687','6b5656cc-f28e-4dad-88ec-dcb6201c93aa','Cancelled',0,NULL,1795629655606,NULL,-605,1795629655618,1795629655664,NULL,NULL,NULL,NULL,NULL,NULL,0.034000000000000002442,'0');
INSERT INTO predictions VALUES(23,'@account@','spring ','38B055D5D4647906E30B6FD4717997B4',0,'i','kling-o3-pro-video-to-video-reference','{"prompt":"i [instant]","video_url":"https://example.com/a.mp4"}','4B5B8F785CFDF812F19759787BECD9CE','db612950-8630-4b9b-9633-0aa3da794d7f','Success',0,NULL,1795629655667,NULL,-666,1795629655672,1795629655733,'["http://127.0.0.1:9/outputs/db612950-8630-4b9b-9633-0aa3da794d7f/output.mp4?expires=32503680000000\u0026token=3bd8b4622beeed42"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(24,'@account@','SPRING','572920BC7DEF80DB7C7DC18542904732',0,'j','kling-o3-pro-video-to-video-reference','{"prompt":"j [instant]","video_url":"https://example.com/a.mp4"}','0C9D3254A1C95208FAC7F7EC355E9860','812ebcdd-b5ad-4dea-a770-ee66958713d7','Success',0,NULL,1795629655693,NULL,-672,1795629655702,1795629655755,'["http://127.0.0.1:9/outputs/812ebcdd-b5ad-4dea-a770-ee66958713d7/output.mp4?expires=32503680000000\u0026token=8a10db1621fe29f9"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(25,'@account@','Spring','C58731616052D68F1C4AD59B14CFAF31',0,NULL,'kling-o3-pro-video-to-video-reference','{"prompt":"m [instant]","video_url":"https://example.com/a.mp4"}','D6E66BBFF2345FC38C334A602F9DA206','58897497-12ff-4b12-8717-47cc284506ea','Success',0,NULL,1795629655706,NULL,-702,1795629655709,1795629655760,'["http://127.0.0.1:9/outputs/58897497-12ff-4b12-8717-47cc284506ea/output.mp4?expires=32503680000000\u0026token=9553c7e48136d429"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(26,'@account@','Spring','C9C74DD8CEA4CBD8A7E8FC17E333F752',0,'clip','kling-o3-pro-video-to-video-reference','{"prompt":"n [instant]","video_url":"https://example.com/a.mp4"}','C0D17EA7D0CE75E6D2BFF279317FE552','39f0d7c7-16dc-4e6f-a210-8866837e178c','Success',0,NULL,1795629655715,NULL,-709,1795629655729,1795629655794,'["http://127.0.0.1:9/outputs/39f0d7c7-16dc-4e6f-a210-8866837e178c/output.mp4?expires=32503680000000\u0026token=96d785e17af4fe2e"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(31,'@account@','Spring','192160D447EE86510314398F4B59B5E4',0,'p','kling-o3-pro-video-to-video-reference','{"prompt":"p [instant]","video_url":"https://example.com/a.mp4"}','120B2E9696AD0CDE5102DB65BABB4EF0','69cc67a4-068e-458f-a34a-c273d290df43','Success',0,NULL,1795629656591,NULL,-590,1795629656595,1795629656649,'["http://127.0.0.1:9/outputs/69cc67a4-068e-458f-a34a-c273d290df43/output.mp4?expires=32503680000000\u0026token=a934434400c6be41"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(33,'@account@','SPRING','192160D447EE86510314398F4B59B5E4',0,'p','kling-o3-pro-video-to-video-reference','{"prompt":"p [instant]","video_url":"https://example.com/a.mp4"}','120B2E9696AD0CDE5102DB65BABB4EF0','e97fc90b-c6f2-4f24-9012-3705fb999793','Success',0,NULL,1795629656657,NULL,-656,1795629656660,1795629656714,'["http://127.0.0.1:9/outputs/e97fc90b-c6f2-4f24-9012-3705fb999793/output.mp4?expires=32503680000000\u0026token=f04f5066f1799f30"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(35,'@account@','Spring','0B22184175B9DAD6D51DF56E5264F3FC',0,'Größe 1','kling-o3-pro-video-to-video-reference','{"prompt":"@Element1 like @Image1 é+<''> [instant]","video_url":"https://example.com/a.mp4?x=1&y=%20","image_urls":["https://example.com/1.png"],"elements":[{"frontal_image_url":"https://example.com/f.png","reference_image_urls":["https://example.com/r.png"]}],"keep_audio":false,"aspect_ratio":"9:16","duration":"7"}','9247C51493878AA76EB8269E217373E4','8e0e1d1d-d008-422f-ab7c-611b77d38f7c','Success',0,NULL,1795629656721,NULL,-720,1795629656725,1795629656776,'["http://127.0.0.1:9/outputs/8e0e1d1d-d008-422f-ab7c-611b77d38f7c/output.mp4?expires=32503680000000\u0026token=f6d7d2485a3e5443"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(37,'@account@','Spring','6F018E349215AAFDC1715B523743784B',0,'tomorrow','a-model-of-tomorrow','{"prompt":"tomorrow ","seed":" 42 ","scale":1.5,"steps":30,"nested":{"style":"","note":" x ","on":true}}','B90CC7B96BC7D6415CD765444543B9FC','of-tomorrow-1','Created',1,NULL,1795629656819,NULL,-776,1795629656828,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO predictions VALUES(38,'@account@','Spring',NULL,0,'watched',NULL,'{"prompt":"of somebody [instant]","video_url":"https://example.com/a.mp4"}',NULL,'8052c8e3-8d76-4273-a5b2-bd5a49f16261','Success',0,NULL,NULL,NULL,NULL,NULL,1795629656839,'["http://127.0.0.1:9/outputs/8052c8e3-8d76-4273-a5b2-bd5a49f16261/output.mp4?expires=32503680000000\u0026token=79c897151da7547f"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(39,'@account@',NULL,NULL,0,'A','kling-o3-pro-video-to-video-reference','{"prompt":"no batch [instant]","video_url":"https://example.com/a.mp4"}','48B9180AEBC1E7CBE5D83F10951ECAA5','e710c53a-3529-410c-a951-b72e84ab0723','Success',0,NULL,1795629657646,NULL,-644,1795629657670,1795629657721,'["http://127.0.0.1:9/outputs/e710c53a-3529-410c-a951-b72e84ab0723/output.mp4?expires=32503680000000\u0026token=6b135227400648e3"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(41,'@account@','Spring','A0D91202D31D5B84D5002D4BCD4038B0',0,'one','kling-o3-pro-video-to-video-reference','{"prompt":"clip [instant]","video_url":"http://127.0.0.1:9/files/5ffbb9ef-26d6-4cf8-bc3c-9c7a998a78ff.mp4"}','FB05E7CB0522A717525F20FA5FBE5CA5','80813f3e-40ce-4ab5-88b8-6961e12f5e5f','Success',0,NULL,1795629657800,NULL,-744,1795629657804,1795629657858,'["http://127.0.0.1:9/outputs/80813f3e-40ce-4ab5-88b8-6961e12f5e5f/output.mp4?expires=32503680000000\u0026token=c68bd24f8b24fe02"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(42,'@account@','Spring','BF04BC5A94DD806C34A4DEF47FE5C48D',0,'Two','kling-o3-pro-video-to-video-reference','{"prompt":" clip [instant] ","video_url":"http://127.0.0.1:9/files/969ed9b4-3674-455e-941c-e56b3b506d2e.mp4"}','E13676CCD49772CACBD451532D93AE23','439fee37-b98c-49c2-bb59-7b1832504868','Success',0,NULL,1795629657813,NULL,-809,1795629657817,1795629657868,'["http://127.0.0.1:9/outputs/439fee37-b98c-49c2-bb59-7b1832504868/output.mp4?expires=32503680000000\u0026token=e43dae819f45ade4"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(43,'@account@','Spring','3200CFD2D5D6374359F4E88350CE04CB',0,'Take 1 ','kling-o3-pro-video-to-video-reference','{"prompt":"clip [instant]","video_url":"http://127.0.0.1:9/files/5ffbb9ef-26d6-4cf8-bc3c-9c7a998a78ff.mp4"}','FB05E7CB0522A717525F20FA5FBE5CA5','e8695ce2-e5ab-4e34-9822-0198be01d706','Success',0,NULL,1795629657821,NULL,-817,1795629657823,1795629657874,'["http://127.0.0.1:9/outputs/e8695ce2-e5ab-4e34-9822-0198be01d706/output.mp4?expires=32503680000000\u0026token=38fe4b9551b89f8b"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(44,'@account@','Spring','9F34E9B85B7B114F75192ED576ADC30C',0,'take 1','kling-o3-pro-video-to-video-reference','{"prompt":"clip [instant]","video_url":"http://127.0.0.1:9/files/5ffbb9ef-26d6-4cf8-bc3c-9c7a998a78ff.mp4"}','FB05E7CB0522A717525F20FA5FBE5CA5','b38a2033-b919-4571-8d8d-7fbc62a0f522','Success',0,NULL,1795629657824,NULL,-823,1795629657834,1795629657890,'["http://127.0.0.1:9/outputs/b38a2033-b919-4571-8d8d-7fbc62a0f522/output.mp4?expires=32503680000000\u0026token=2cbfd00377becd0e"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(49,'@account@','Spring','72E48D35095D8ACD5974958FFDD803E4',0,'elements','kling-o3-pro-video-to-video-reference','{"prompt":"@Element1 [instant]","video_url":"https://example.com/a.mp4","elements":[{"frontal_image_url":"http://127.0.0.1:9/files/5ffbb9ef-26d6-4cf8-bc3c-9c7a998a78ff.mp4","reference_image_urls":["https://example.com/r.png","http://127.0.0.1:9/files/969ed9b4-3674-455e-941c-e56b3b506d2e.mp4"]}]}','9DCF33B9CC50F826054F6BAD785EC5EB','0033b0bb-43f6-4c3d-9c6c-085a8d0666df','Success',0,NULL,1795629657895,NULL,-893,1795629657898,1795629657952,'["http://127.0.0.1:9/outputs/0033b0bb-43f6-4c3d-9c6c-085a8d0666df/output.mp4?expires=32503680000000\u0026token=1d3c86e1c4c81d10"]',NULL,NULL,NULL,NULL,NULL,0.0,'0.42');
INSERT INTO predictions VALUES(51,'@account@','Spring','DCF2E96A11A03090F9CFFB425B81FB9C',0,'g','kling-o3-pro-video-to-video-reference','{"prompt":"g [never]","video_url":"https://example.com/a.mp4"}','8D265B00E531BC537813D835C46F700D','cfbc13fc-1230-4991-864e-a8be5805ac45','Created',1,NULL,1795629658696,NULL,-695,1795629658699,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO predictions VALUES(52,'@account@','Spring','E57964A4A7B409689322185589B69425',0,'q','kling-o3-pro-video-to-video-reference','{"prompt":"q [never]","video_url":"https://example.com/a.mp4"}','BB749F1403EF6CD659A14D097D82266F','95e4dcf6-a66b-40ad-ad13-4ab71d2110a4','Processing',1,NULL,1795629658784,NULL,-783,1795629658786,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO predictions VALUES(55,'@account@','Spring','74DDDCB92C27ACEEBEE1E2C46429BCF0',0,'K','kling-o3-pro-video-to-video-reference','{"prompt":" k [never]","video_url":"https://example.com/a.mp4"}','563E16B91CA715AEE77FDD9421BAEB6E',NULL,'Unknown',0,NULL,1795629676927,1795629676946,-927,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO predictions VALUES(56,'@account@','Spring','64CAD9926AF899A515E5E26AADB3E6F1',0,'L ','kling-o3-pro-video-to-video-reference','{"prompt":"l [never]","video_url":"https://example.com/a.mp4"}','054FB9156A0D7A707ACE43644669D6BA',NULL,'Submitting',1,'91ada6a98e864ada867dd7374c1b2072',1795629676993,NULL,-993,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE sends (account TEXT NOT NULL, at INTEGER NOT NULL);
INSERT INTO sends VALUES('@account@',1795629654999);
INSERT INTO sends VALUES('@account@',1795629655105);
INSERT INTO sends VALUES('@account@',1795629655126);
INSERT INTO sends VALUES('@account@',1795629655152);
INSERT INTO sends VALUES('@account@',1795629655195);
INSERT INTO sends VALUES('@account@',1795629655201);
INSERT INTO sends VALUES('@account@',1795629655210);
INSERT INTO sends VALUES('@account@',1795629655224);
INSERT INTO sends VALUES('@account@',1795629655235);
INSERT INTO sends VALUES('@account@',1795629655548);
INSERT INTO sends VALUES('@account@',1795629655618);
INSERT INTO sends VALUES('@account@',1795629655673);
INSERT INTO sends VALUES('@account@',1795629655702);
INSERT INTO sends VALUES('@account@',1795629655709);
INSERT INTO sends VALUES('@account@',1795629655729);
INSERT INTO sends VALUES('@account@',1795629656596);
INSERT INTO sends VALUES('@account@',1795629656660);
INSERT INTO sends VALUES('@account@',1795629656726);
INSERT INTO sends VALUES('@account@',1795629656828);
INSERT INTO sends VALUES('@account@',1795629657670);
INSERT INTO sends VALUES('@account@',1795629657805);
INSERT INTO sends VALUES('@account@',1795629657817);
INSERT INTO sends VALUES('@account@',1795629657823);
INSERT INTO sends VALUES('@account@',1795629657834);
INSERT INTO sends VALUES('@account@',1795629657898);
INSERT INTO sends VALUES('@account@',1795629658699);
INSERT INTO sends VALUES('@account@',1795629658786);
INSERT INTO sends VALUES('@account@',1795629676927);
INSERT INTO sends VALUES('@account@',1795629676993);
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
INSERT INTO files VALUES('@account@','93bfabe5-c436-4102-9fd7-997fa60116a1',0,'/videos/A.mp4',45927,1795629655465);
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
INSERT INTO uploads VALUES('@account@','6e334a9b5c0fef20f959a428ece988320416ab34737001615ea89bd4da7a8c29','video/mp4','http://127.0.0.1:9/files/5ffbb9ef-26d6-4cf8-bc3c-9c7a998a78ff.mp4',1811181657744,1795629657797,NULL);
INSERT INTO uploads VALUES('@account@','d53eae8b1bb9ef20c924b956bbb93d5f4e6f56d3f1f731a41854b8e38a9ad545','video/mp4','http://127.0.0.1:9/files/969ed9b4-3674-455e-941c-e56b3b506d2e.mp4',1811181657809,1795629657812,NULL);
CREATE TABLE webhooks (
    account  TEXT NOT NULL,
    id       TEXT NOT NULL,
    heard_at INTEGER NOT NULL,
    PRIMARY KEY (account, id)
) WITHOUT ROWID;
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('predictions',56);
CREATE UNIQUE INDEX predictions_key ON predictions (account, batch, key) WHERE key IS NOT NULL AND retired = 0;
CREATE UNIQUE INDEX predictions_id ON predictions (account, id) WHERE id IS NOT NULL;
CREATE INDEX predictions_in_flight ON predictions (account) WHERE in_flight = 1;
CREATE INDEX predictions_owned ON predictions (account) WHERE owner IS NOT NULL;
CREATE INDEX sends_at ON sends (account, at);
COMMIT;
PRAGMA user_version = 3;
