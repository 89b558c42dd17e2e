/* Reads QR codes out of the camera's pictures, in a thread of its own so that the page stays quick. ES5 (the library is newer:
   an engine that cannot read it says so, and people type the code). */
/* global ZXingWASM, self */
self.importScripts('/static/vendor/zxing-wasm-3.1.4/reader.js');
ZXingWASM.prepareZXingModule({ overrides: { locateFile: function () { return '/static/vendor/zxing-wasm-3.1.4/zxing_reader.wasm'; } } });
self.onmessage = function (event) {
  'use strict';
  var wanted = { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 1 };
  ZXingWASM.readBarcodes(event.data, wanted).then(
    function (found) { self.postMessage(found.length ? found[0].text : ''); },
    function (problem) { self.setTimeout(function () { throw problem; }); }
  );
};
