<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>BackgroundRollout</name>
    <message>
        <source>Background</source>
        <translation>Hintergrund</translation>
    </message>
    <message>
        <source>What the camera sees behind the scene. It lights and mirrors nothing.</source>
        <translation>Was die Kamera hinter der Szene sieht. Es beleuchtet und spiegelt nichts.</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>Umgebung</translation>
    </message>
    <message>
        <source>Transparent</source>
        <translation>Transparent</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>Farbe</translation>
    </message>
    <message>
        <source>Plate</source>
        <translation>Rückprojektion</translation>
    </message>
    <message>
        <source>Background colour</source>
        <translation>Hintergrundfarbe</translation>
    </message>
    <message>
        <source>Colour behind the scene, as the screen shows it</source>
        <translation>Farbe hinter der Szene, wie der Bildschirm sie zeigt</translation>
    </message>
    <message>
        <source>Background plate</source>
        <translation>Hintergrundbild</translation>
    </message>
    <message>
        <source>Image behind the scene: a photograph to set objects into</source>
        <translation>Bild hinter der Szene: ein Foto, in das Objekte gesetzt werden</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>no image yet</source>
        <translation>noch kein Bild</translation>
    </message>
    <message>
        <source>Fit of the plate</source>
        <translation>Einpassung des Hintergrundbilds</translation>
    </message>
    <message>
        <source>Fill the frame and crop, show all of the plate, or distort it</source>
        <translation>Das Bild füllen und beschneiden, alles zeigen oder verzerren</translation>
    </message>
    <message>
        <source>Fill the frame</source>
        <translation>Bild füllen</translation>
    </message>
    <message>
        <source>Show all of it</source>
        <translation>Alles zeigen</translation>
    </message>
    <message>
        <source>Stretch</source>
        <translation>Strecken</translation>
    </message>
    <message>
        <source>Multiplies the plate&apos;s colours</source>
        <translation>Faktor für die Farben des Hintergrundbilds</translation>
    </message>
    <message>
        <source>Behind</source>
        <translation>Dahinter</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
</context>
<context>
    <name>BucketFields</name>
    <message>
        <source>Width of a bucket. Small ones share work better, large ones cost less.</source>
        <translation>Breite eines Buckets. Kleine verteilen die Arbeit besser, große kosten weniger.</translation>
    </message>
    <message>
        <source>Same</source>
        <translation>Gleich</translation>
    </message>
    <message>
        <source>Bucket width and height stay equal: changing one changes the other</source>
        <translation>Breite und Höhe der Buckets bleiben gleich: wer eine ändert, ändert beide</translation>
    </message>
    <message>
        <source>Height of a bucket. Flat and tall ones give the same pixels.</source>
        <translation>Höhe eines Buckets. Flache und hohe ergeben dieselben Pixel.</translation>
    </message>
    <message>
        <source>Bucket width</source>
        <translation>Bucket-Breite</translation>
    </message>
    <message>
        <source>Bucket height</source>
        <translation>Bucket-Höhe</translation>
    </message>
</context>
<context>
    <name>CameraRollout</name>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>First camera</source>
        <translation>Erste Kamera</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>of {} s</source>
        <translation>von {} s</translation>
    </message>
    <message>
        <source>s</source>
        <translation>s</translation>
    </message>
    <message>
        <source>Moment of the scene&apos;s animations, seconds</source>
        <translation>Zeitpunkt in den Animationen der Szene, Sekunden</translation>
    </message>
    <message>
        <source>This scene has no animation</source>
        <translation>Diese Szene hat keine Animation</translation>
    </message>
    <message>
        <source>Camera of the scene. A scene without one is framed automatically.</source>
        <translation>Kamera der Szene. Eine Szene ohne Kamera wird automatisch ins Bild gerückt.</translation>
    </message>
    <message>
        <source>Projection</source>
        <translation>Projektion</translation>
    </message>
    <message>
        <source>Panorama: all around the camera, level, equirectangular; twice as wide as high</source>
        <translation>Panorama: rund um die Kamera, waagerecht, äquirektangular; doppelt so breit wie hoch</translation>
    </message>
    <message>
        <source>As the camera has it</source>
        <translation>Wie die Kamera sie hat</translation>
    </message>
    <message>
        <source>Panorama 360°</source>
        <translation>Panorama 360°</translation>
    </message>
    <message>
        <source>At</source>
        <translation>Bei</translation>
    </message>
    <message>
        <source>Show a moment of the animations</source>
        <translation>Einen Zeitpunkt der Animationen zeigen</translation>
    </message>
    <message>
        <source>Show the scene at a moment of its animations; else as its file has it</source>
        <translation>Die Szene zu einem Zeitpunkt ihrer Animationen zeigen; sonst so, wie die Datei sie hat</translation>
    </message>
    <message>
        <source>Moment of the animations, seconds</source>
        <translation>Zeitpunkt in den Animationen, Sekunden</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Shift of the frame to the right, frame widths: verticals stay upright</source>
        <translation>Verschiebung des Bilds nach rechts, in Bildbreiten: Senkrechte bleiben senkrecht</translation>
    </message>
    <message>
        <source>Shift of the frame upwards, frame heights: verticals stay upright</source>
        <translation>Verschiebung des Bilds nach oben, in Bildhöhen: Senkrechte bleiben senkrecht</translation>
    </message>
    <message>
        <source>Focal length: sets the angle of view. 0: as the camera has it</source>
        <translation>Brennweite: bestimmt den Bildwinkel. 0: wie die Kamera sie hat</translation>
    </message>
    <message>
        <source>Camera&apos;s</source>
        <translation>der Kamera</translation>
    </message>
    <message>
        <source>Height of the sensor that focal lengths refer to; 24 mm is full frame</source>
        <translation>Höhe des Sensors, auf den sich Brennweiten beziehen; 24 mm ist Vollformat</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>Verschiebung</translation>
    </message>
    <message>
        <source>Focal length</source>
        <translation>Brennweite</translation>
    </message>
    <message>
        <source>Sensor height</source>
        <translation>Sensorhöhe</translation>
    </message>
    <message>
        <source>Clip planes</source>
        <translation>Schnittebenen</translation>
    </message>
    <message>
        <source>Which of the camera&apos;s own clip planes cut; far ones of files often are a guess</source>
        <translation>Welche der Schnittebenen der Kamera gelten; ferne sind in Dateien oft nur geraten</translation>
    </message>
    <message>
        <source>Near plane only</source>
        <translation>Nur die nahe Ebene</translation>
    </message>
    <message>
        <source>Far plane only</source>
        <translation>Nur die ferne Ebene</translation>
    </message>
    <message>
        <source>Near and far plane</source>
        <translation>Nahe und ferne Ebene</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Near plane instead of the camera&apos;s, metres of the scene. 0: the camera&apos;s</source>
        <translation>Nahe Ebene statt der der Kamera, Meter der Szene. 0: die der Kamera</translation>
    </message>
    <message>
        <source>Far plane instead of the camera&apos;s, metres of the scene. 0: the camera&apos;s</source>
        <translation>Ferne Ebene statt der der Kamera, Meter der Szene. 0: die der Kamera</translation>
    </message>
    <message>
        <source>Clip</source>
        <translation>Schnitt</translation>
    </message>
    <message>
        <source>Near, far</source>
        <translation>Nah, fern</translation>
    </message>
</context>
<context>
    <name>ChannelBoxes</name>
    <message>
        <source>Channel: {}</source>
        <translation>Kanal: {}</translation>
    </message>
    <message>
        <source>Channel {}</source>
        <translation>Kanal {}</translation>
    </message>
</context>
<context>
    <name>ChannelsRollout</name>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
</context>
<context>
    <name>DenoiseController</name>
    <message>
        <source>As it was rendered</source>
        <translation>Wie es gerendert wurde</translation>
    </message>
    <message>
        <source>Denoised</source>
        <translation>Entrauscht</translation>
    </message>
    <message>
        <source>Denoising… {} %</source>
        <translation>Entrauschen… {} %</translation>
    </message>
</context>
<context>
    <name>DisplayControls</name>
    <message>
        <source>View: {}</source>
        <translation>Ansicht: {}</translation>
    </message>
    <message>
        <source>Offset {}</source>
        <translation>Versatz {}</translation>
    </message>
    <message>
        <source>{} is black, {} is white</source>
        <translation>{} ist schwarz, {} ist weiß</translation>
    </message>
    <message>
        <source>Bucket outlines: {}</source>
        <translation>Bucket-Umrisse: {}</translation>
    </message>
</context>
<context>
    <name>DistributedDialog</name>
    <message>
        <source>Distributed rendering settings</source>
        <translation>Einstellungen für verteiltes Rendern</translation>
    </message>
    <message>
        <source>Add server…</source>
        <translation>Server hinzufügen…</translation>
    </message>
    <message>
        <source>Edit server…</source>
        <translation>Server bearbeiten…</translation>
    </message>
    <message>
        <source>Remove server</source>
        <translation>Server entfernen</translation>
    </message>
    <message>
        <source>Resolve servers</source>
        <translation>Server auflösen</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Max servers</source>
        <translation>Höchstzahl</translation>
    </message>
    <message>
        <source>How many servers may render at once: the first of the list that can. 0 means all that are ticked.</source>
        <translation>Wie viele Server gleichzeitig rendern dürfen: die ersten der Liste, die es können. 0 heißt: alle angekreuzten.</translation>
    </message>
    <message>
        <source>Use local machine</source>
        <translation>Diesen Computer nutzen</translation>
    </message>
    <message>
        <source>This computer renders too, as one more server with its own row in the list.</source>
        <translation>Dieser Computer rendert mit, als ein weiterer Server mit eigener Zeile in der Liste.</translation>
    </message>
    <message>
        <source>Key file</source>
        <translation>Schlüsseldatei</translation>
    </message>
    <message>
        <source>farm.key in the configuration folder</source>
        <translation>farm.key im Einstellungsordner</translation>
    </message>
    <message>
        <source>The same key file must be on each server (--key-file). Servers without the right key are refused, and so are clients.</source>
        <translation>Dieselbe Schlüsseldatei muss auf jedem Server liegen (--key-file). Server ohne den richtigen Schlüssel werden abgewiesen, Clients auch.</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen…</translation>
    </message>
    <message>
        <source>Choose a key file that there is already</source>
        <translation>Eine vorhandene Schlüsseldatei wählen</translation>
    </message>
    <message>
        <source>New…</source>
        <translation>Neu…</translation>
    </message>
    <message>
        <source>Make a new key file. Copy it to every server, by a way you trust.</source>
        <translation>Eine neue Schlüsseldatei anlegen. Auf vertrauenswürdigem Weg auf jeden Server kopieren.</translation>
    </message>
    <message>
        <source>Servers may dial in</source>
        <translation>Server dürfen sich einwählen</translation>
    </message>
    <message>
        <source>For servers that nobody can reach from outside (batch systems, containers, routers): brigade server --connect THIS-COMPUTER. They need the key file. Port {}, all networks.</source>
        <translation>Für Server, die von außen niemand erreicht (Batch-Systeme, Container, Router): brigade server --connect DIESER-COMPUTER. Sie brauchen die Schlüsseldatei. Port {}, alle Netze.</translation>
    </message>
    <message>
        <source>Buckets that are rendered twice and compared</source>
        <translation>Buckets, die zweimal gerendert und verglichen werden</translation>
    </message>
    <message>
        <source>So many of the buckets are rendered on two servers; one that differs is out, and its buckets are rendered again. 0 to 100 %. From the next render on.</source>
        <translation>So viele der Buckets werden auf zwei Servern gerendert; wer abweicht, ist draußen, und seine Buckets werden neu gerendert. 0 bis 100 %. Ab dem nächsten Rendern.</translation>
    </message>
    <message>
        <source>Mix engines</source>
        <translation>Engines mischen</translation>
    </message>
    <message>
        <source>Servers of different processors or versions may render one frame together. Their last bits may differ, so the frame may not be the same twice. From the next render on.</source>
        <translation>Server mit verschiedenen Prozessoren oder Versionen dürfen zusammen an einem Bild rendern. Ihre letzten Bits können abweichen, also kann das Bild beim nächsten Mal anders sein. Ab dem nächsten Rendern.</translation>
    </message>
    <message>
        <source>Warn before a region render</source>
        <translation>Vor dem Rendern einer Region warnen</translation>
    </message>
    <message>
        <source>A line above the picture says so when servers render only a region, or a test resolution, with a button that renders all instead.</source>
        <translation>Eine Zeile über dem Bild sagt es, wenn Server nur eine Region oder eine Testauflösung rendern; ein Knopf darin rendert stattdessen alles.</translation>
    </message>
    <message>
        <source>Restart servers on render end</source>
        <translation>Server nach dem Rendern neu starten</translation>
    </message>
    <message>
        <source>Each server begins the next frame with a fresh render process, which frees the memory of this one; opening the scene again takes its time. Not while the server works for another client.</source>
        <translation>Jeder Server beginnt das nächste Bild mit einem frischen Renderprozess, was den Speicher dieses Bilds freigibt; die Szene neu zu öffnen kostet Zeit. Nicht, solange der Server für einen anderen Client arbeitet.</translation>
    </message>
    <message>
        <source>Save servers in the scene</source>
        <translation>Server bei der Szene speichern</translation>
    </message>
    <message>
        <source>Each render writes the list into a file beside the scene, SCENE.servers.toml; who opens the scene is offered these servers. The scene itself is not touched.</source>
        <translation>Jedes Rendern schreibt die Liste in eine Datei neben der Szene, SZENE.servers.toml; wer die Szene öffnet, bekommt diese Server angeboten. Die Szene selbst bleibt unberührt.</translation>
    </message>
    <message>
        <source>Transfer missing assets</source>
        <translation>Fehlende Dateien übertragen</translation>
    </message>
    <message>
        <source>Use cached assets</source>
        <translation>Zwischengespeicherte Dateien nutzen</translation>
    </message>
    <message>
        <source>Size of the cache here</source>
        <translation>Größe des Zwischenspeichers hier</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Keine Grenze</translation>
    </message>
    <message>
        <source>Age of unused files in it</source>
        <translation>Alter ungenutzter Dateien darin</translation>
    </message>
    <message>
        <source>size in gigabytes</source>
        <translation>Größe in Gigabyte</translation>
    </message>
    <message>
        <source>age in hours</source>
        <translation>Alter in Stunden</translation>
    </message>
    <message>
        <source>&amp;Max servers</source>
        <translation>&amp;Höchstzahl</translation>
    </message>
    <message>
        <source>&amp;Audit</source>
        <translation>&amp;Prüfung</translation>
    </message>
    <message>
        <source>unused for</source>
        <translation>ungenutzt seit</translation>
    </message>
    <message>
        <source>&amp;Cache limit</source>
        <translation>&amp;Zwischenspeicher</translation>
    </message>
    <message>
        <source>Servers get the images of the scene that they lack, also from each other. Off: they get the scene alone; one that lacks a file says which, and does not render. This computer always has all. From the next render on.
With Use cached assets off too, other computers hold the scene alone: of a scene with images each of them fails, and says which image it lacks.</source>
        <translation>Server bekommen die Bilder der Szene, die ihnen fehlen, auch voneinander. Aus: Sie bekommen nur die Szene; wem eine Datei fehlt, der nennt sie und rendert nicht mit. Dieser Computer hat immer alle. Ab dem nächsten Rendern.
Ist auch „Zwischengespeicherte Dateien nutzen“ aus, haben andere Computer nur die Szene: Enthält sie Bilder, fällt jeder von ihnen aus und nennt das Bild, das ihm fehlt.</translation>
    </message>
    <message>
        <source>Servers use files that they have from earlier renders, once their content is checked. Off: they get all files again. From the next render on.
With Transfer missing assets off too, other computers hold the scene alone: of a scene with images each of them fails, and says which image it lacks.</source>
        <translation>Server nutzen Dateien, die sie von früheren Bildern haben, sobald deren Inhalt geprüft ist. Aus: Sie bekommen alle Dateien neu. Ab dem nächsten Rendern.
Ist auch „Fehlende Dateien übertragen“ aus, haben andere Computer nur die Szene: Enthält sie Bilder, fällt jeder von ihnen aus und nennt das Bild, das ihm fehlt.</translation>
    </message>
    <message>
        <source>Cached assets of this computer&apos;s server: the files used last stay, up to this {}. 0: no limit. Files of a running frame always stay. It counts at once, also during a render. Others: brigade server --cache-limit, --cache-age.</source>
        <translation>Zwischengespeicherte Dateien des Servers auf diesem Computer: Die zuletzt benutzten bleiben, bis zu dieser Grenze: {}. 0: keine Grenze. Dateien eines laufenden Bildes bleiben immer. Gilt sofort, auch während gerendert wird. Andere: brigade server --cache-limit, --cache-age.</translation>
    </message>
    <message>
        <source>Assets</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>&amp;Key file</source>
        <translation>&amp;Schlüsseldatei</translation>
    </message>
    <message>
        <source>Key files (*.key)</source>
        <translation>Schlüsseldateien (*.key)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>New key file</source>
        <translation>Neue Schlüsseldatei</translation>
    </message>
</context>
<context>
    <name>EmptyView</name>
    <message>
        <source>Render</source>
        <translation>Rendern</translation>
    </message>
    <message>
        <source>Render the frame (F12)</source>
        <translation>Das Bild rendern (F12)</translation>
    </message>
    <message>
        <source>Open another scene…</source>
        <translation>Andere Szene öffnen…</translation>
    </message>
    <message>
        <source>Open a glTF scene (Ctrl+O)</source>
        <translation>Eine glTF-Szene öffnen (Strg+O)</translation>
    </message>
</context>
<context>
    <name>EnvironmentRollout</name>
    <message>
        <source>Environment</source>
        <translation>Umgebung</translation>
    </message>
    <message>
        <source>Where the light from all around comes from</source>
        <translation>Woher das Licht von ringsum kommt</translation>
    </message>
    <message>
        <source>Map or the scene&apos;s own</source>
        <translation>Karte oder die der Szene</translation>
    </message>
    <message>
        <source>Sun and sky</source>
        <translation>Sonne und Himmel</translation>
    </message>
    <message>
        <source>Environment map</source>
        <translation>Umgebungskarte</translation>
    </message>
    <message>
        <source>Equirectangular .hdr or .exr file that lights the scene from all around</source>
        <translation>Äquirektangulare .hdr- oder .exr-Datei, die die Szene von ringsum beleuchtet</translation>
    </message>
    <message>
        <source>Environment maps</source>
        <translation>Umgebungskarten</translation>
    </message>
    <message>
        <source>the scene&apos;s own light</source>
        <translation>das Licht der Szene</translation>
    </message>
    <message>
        <source>Multiplies the environment&apos;s light</source>
        <translation>Faktor für das Licht der Umgebung</translation>
    </message>
    <message>
        <source>Turn of the environment about the vertical axis, degrees</source>
        <translation>Drehung der Umgebung um die senkrechte Achse, Grad</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Licht</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>Rotation</source>
        <translation>Drehung</translation>
    </message>
    <message>
        <source>Time and place of the sun</source>
        <translation>Zeit und Ort der Sonne</translation>
    </message>
    <message>
        <source>Time with its offset from UTC @ latitude, longitude. Empty: the sun stands where the fields below say.</source>
        <translation>Zeit mit Abstand zu UTC @ Breite, Länge. Leer: Die Sonne steht, wo die Felder darunter es sagen.</translation>
    </message>
    <message>
        <source>Height of the sun above the horizon; below -18 it is night</source>
        <translation>Höhe der Sonne über dem Horizont; unter -18 ist es Nacht</translation>
    </message>
    <message>
        <source>Direction of the sun, clockwise from north, which is -Z</source>
        <translation>Richtung der Sonne im Uhrzeigersinn von Norden aus, also von -Z</translation>
    </message>
    <message>
        <source>Haze of the air: 1 is pure air, 2.2 a clear day, 10 thick haze</source>
        <translation>Dunst der Luft: 1 ist reine Luft, 2,2 ein klarer Tag, 10 dichter Dunst</translation>
    </message>
    <message>
        <source>Width of the sun&apos;s disc: larger makes softer shadows</source>
        <translation>Breite der Sonnenscheibe: größer macht weichere Schatten</translation>
    </message>
    <message>
        <source>Sun at</source>
        <translation>Sonne um</translation>
    </message>
    <message>
        <source>Elevation</source>
        <translation>Höhe</translation>
    </message>
    <message>
        <source>Azimuth</source>
        <translation>Azimut</translation>
    </message>
    <message>
        <source>Turbidity</source>
        <translation>Trübung</translation>
    </message>
    <message>
        <source>Sun size</source>
        <translation>Sonnengröße</translation>
    </message>
</context>
<context>
    <name>ExposureSlider</name>
    <message>
        <source>Exposure in stops: +1 doubles the light (E, Shift+E; double click resets)</source>
        <translation>Belichtung in Blenden: +1 verdoppelt das Licht (E, Umschalt+E; Doppelklick setzt zurück)</translation>
    </message>
    <message>
        <source>Exposure</source>
        <translation>Belichtung</translation>
    </message>
    <message>
        <source>Exposure, stops</source>
        <translation>Belichtung, Blenden</translation>
    </message>
</context>
<context>
    <name>FileCommands</name>
    <message>
        <source>Saved {}</source>
        <translation>{} gespeichert</translation>
    </message>
    <message>
        <source>Open scene</source>
        <translation>Szene öffnen</translation>
    </message>
    <message>
        <source>Scenes ({})</source>
        <translation>Szenen ({})</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Save image</source>
        <translation>Bild speichern</translation>
    </message>
    <message>
        <source>Saving the channels…</source>
        <translation>Kanäle werden gespeichert…</translation>
    </message>
    <message>
        <source>Saving {}…</source>
        <translation>{} wird gespeichert…</translation>
    </message>
    <message>
        <source>Copied the picture</source>
        <translation>Bild kopiert</translation>
    </message>
    <message>
        <source>Use {} as environment</source>
        <translation>{} als Umgebung verwenden</translation>
    </message>
    <message>
        <source>Compare with {}</source>
        <translation>Mit {} vergleichen</translation>
    </message>
</context>
<context>
    <name>FocusController</name>
    <message>
        <source>Buckets near the pointer come first</source>
        <translation>Buckets nahe am Zeiger kommen zuerst</translation>
    </message>
    <message>
        <source>Buckets come in their usual order</source>
        <translation>Buckets kommen in ihrer üblichen Reihenfolge</translation>
    </message>
    <message>
        <source>Buckets around {}, {} come first</source>
        <translation>Buckets um {}, {} kommen zuerst</translation>
    </message>
</context>
<context>
    <name>FoundPane</name>
    <message>
        <source>Servers found on this network</source>
        <translation>Im Netzwerk gefundene Server</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Put the selected servers into the list</source>
        <translation>Die gewählten Server in die Liste aufnehmen</translation>
    </message>
    <message>
        <source>Add all</source>
        <translation>Alle hinzufügen</translation>
    </message>
    <message>
        <source>Put every server found into the list</source>
        <translation>Alle gefundenen Server in die Liste aufnehmen</translation>
    </message>
    <message>
        <source>Add automatically</source>
        <translation>Automatisch hinzufügen</translation>
    </message>
    <message>
        <source>Put every server into the list that appears on this network, once each.
That trusts and pairs none: a server without your key stays Not paired.</source>
        <translation>Jeden Server, der in diesem Netz auftaucht, einmal in die Liste setzen.
Vertraut und gekoppelt wird dadurch keiner: Ein Server ohne Ihren Schlüssel bleibt „Nicht gekoppelt“.</translation>
    </message>
    <message>
        <source>(in the list)</source>
        <translation>(in der Liste)</translation>
    </message>
    <message>
        <source>Found on this network ({})</source>
        <translation>In diesem Netzwerk gefunden ({})</translation>
    </message>
    <message>
        <source>Looking… Servers started with --lan appear here. They may stay hidden behind a firewall, on another subnet or on a guest Wi-Fi: add those by address.</source>
        <translation>Suche läuft… Mit --lan gestartete Server erscheinen hier. Hinter einer Firewall, in einem anderen Subnetz oder im Gäste-WLAN bleiben sie womöglich verborgen: Dann die Adresse eintragen.</translation>
    </message>
</context>
<context>
    <name>FoundServers</name>
    <message>
        <source>Added {}, which appeared on this network.</source>
        <translation>{} ist in diesem Netz aufgetaucht und steht jetzt in der Liste.</translation>
    </message>
    <message>
        <source>Added {} servers that appeared on this network.</source>
        <translation>{} Server sind in diesem Netz aufgetaucht und stehen jetzt in der Liste.</translation>
    </message>
</context>
<context>
    <name>FrameBuffer</name>
    <message>
        <source>Rendered image</source>
        <translation>Gerendertes Bild</translation>
    </message>
    <message>
        <source>Nothing rendered yet</source>
        <translation>Noch nichts gerendert</translation>
    </message>
</context>
<context>
    <name>Histogram</name>
    <message>
        <source>Histogram of the light</source>
        <translation>Histogramm des Lichts</translation>
    </message>
    <message>
        <source>Stops from middle grey; the bright zone is what the screen shows</source>
        <translation>Blenden ab mittlerem Grau; der helle Bereich ist, was der Bildschirm zeigt</translation>
    </message>
</context>
<context>
    <name>HistoryController</name>
    <message>
        <source>Shown: {}</source>
        <translation>Gezeigt: {}</translation>
    </message>
    <message>
        <source>Opening {}…</source>
        <translation>{} wird geöffnet…</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Jetzt</translation>
    </message>
    <message>
        <source>the frame of this window</source>
        <translation>das Bild dieses Fensters</translation>
    </message>
    <message>
        <source>There is no other picture to compare with yet</source>
        <translation>Es gibt noch kein anderes Bild zum Vergleichen</translation>
    </message>
    <message>
        <source>A and B are equal, bit for bit.</source>
        <translation>A und B sind gleich, Bit für Bit.</translation>
    </message>
    <message>
        <source>MSE {} · relative MSE {} · mean error {} · bias {} · PSNR {} dB
largest error {} · {} % of the pixels are equal</source>
        <translation>MSE {} · relativer MSE {} · mittlerer Fehler {} · Abweichung {} · PSNR {} dB
größter Fehler {} · {} % der Pixel sind gleich</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>History of pictures</source>
        <translation>Bilderverlauf</translation>
    </message>
    <message>
        <source>Finished frames are kept here. Drop an image file to compare with it.</source>
        <translation>Fertige Bilder bleiben hier. Zum Vergleichen eine Bilddatei hierher ziehen.</translation>
    </message>
    <message>
        <source>A | B</source>
        <translation>A | B</translation>
    </message>
    <message>
        <source>Compare A and B by a line (Ctrl+D)</source>
        <translation>A und B an einer Linie vergleichen (Strg+D)</translation>
    </message>
    <message>
        <source>Across</source>
        <translation>Quer</translation>
    </message>
    <message>
        <source>Line from left to right</source>
        <translation>Linie von links nach rechts</translation>
    </message>
    <message>
        <source>Difference of A and B</source>
        <translation>Unterschied von A und B</translation>
    </message>
    <message>
        <source>Show how far A is from B, which is the reference</source>
        <translation>Zeigen, wie weit A von B abweicht; B ist die Referenz</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Distance of A and B</source>
        <translation>Abstand von A und B</translation>
    </message>
    <message>
        <source>Show (A)</source>
        <translation>Zeigen (A)</translation>
    </message>
    <message>
        <source>Compare with it (B)</source>
        <translation>Damit vergleichen (B)</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern unter…</translation>
    </message>
    <message>
        <source>Remove (Del)</source>
        <translation>Entfernen (Entf)</translation>
    </message>
</context>
<context>
    <name>HistoryShelf</name>
    <message>
        <source>{} samples</source>
        <translation>{} Samples</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>from a file</source>
        <translation>aus einer Datei</translation>
    </message>
    <message>
        <source>History: {}</source>
        <translation>Verlauf: {}</translation>
    </message>
</context>
<context>
    <name>ImageOptionsDialog</name>
    <message>
        <source>Image options</source>
        <translation>Bildoptionen</translation>
    </message>
    <message>
        <source>&amp;Transparent background</source>
        <translation>&amp;Transparenter Hintergrund</translation>
    </message>
    <message>
        <source>Straight alpha instead of black, in PNG and TIFF</source>
        <translation>Gerades Alpha statt Schwarz, in PNG und TIFF</translation>
    </message>
    <message>
        <source>Depth, positions and ids never lose anything</source>
        <translation>Tiefe, Positionen und IDs verlieren nie etwas</translation>
    </message>
    <message>
        <source>Each &amp;layer in a part of its own</source>
        <translation>Jede &amp;Ebene in einem eigenen Teil</translation>
    </message>
    <message>
        <source>Readers may load one layer without the others</source>
        <translation>Programme können eine Ebene ohne die anderen laden</translation>
    </message>
    <message>
        <source>100 is best and largest</source>
        <translation>100 ist am besten und am größten</translation>
    </message>
    <message>
        <source>&amp;Frame stamp at the bottom</source>
        <translation>&amp;Bildstempel am unteren Rand</translation>
    </message>
    <message>
        <source>A line about the frame, in PNG, JPEG and TIFF</source>
        <translation>Eine Zeile über das Bild, in PNG, JPEG und TIFF</translation>
    </message>
    <message>
        <source>Text of the frame stamp</source>
        <translation>Text des Bildstempels</translation>
    </message>
    <message>
        <source>PNG and TIFF</source>
        <translation>PNG und TIFF</translation>
    </message>
    <message>
        <source>EXR &amp;compression</source>
        <translation>EXR-&amp;Kompression</translation>
    </message>
    <message>
        <source>EXR</source>
        <translation>EXR</translation>
    </message>
    <message>
        <source>JPEG &amp;quality</source>
        <translation>JPEG-&amp;Qualität</translation>
    </message>
    <message>
        <source>Stamp</source>
        <translation>Stempel</translation>
    </message>
</context>
<context>
    <name>IncidentDialog</name>
    <message>
        <source>Render servers</source>
        <translation>Renderserver</translation>
    </message>
    <message>
        <source>What happens with the buckets</source>
        <translation>Was mit den Buckets geschieht</translation>
    </message>
    <message>
        <source>Don&apos;t show this during this render</source>
        <translation>Bei diesem Rendern nicht mehr zeigen</translation>
    </message>
    <message>
        <source>The list, the strip and the log still tell what happens.</source>
        <translation>Liste, Streifen und Protokoll sagen weiterhin, was geschieht.</translation>
    </message>
    <message>
        <source>Retry all</source>
        <translation>Alle erneut versuchen</translation>
    </message>
    <message>
        <source>Try to reach these servers again now</source>
        <translation>Jetzt erneut versuchen, diese Server zu erreichen</translation>
    </message>
    <message>
        <source>Disable these</source>
        <translation>Diese abschalten</translation>
    </message>
    <message>
        <source>Clear their boxes in the list</source>
        <translation>Ihre Kästchen in der Liste leeren</translation>
    </message>
    <message>
        <source>A render server failed.</source>
        <translation>Ein Renderserver ist ausgefallen.</translation>
    </message>
    <message>
        <source>{} render servers failed.</source>
        <translation>{} Renderserver sind ausgefallen.</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschehen ist</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Buckets given back</source>
        <translation>Zurückgegebene Buckets</translation>
    </message>
    <message>
        <source>What happened to render servers</source>
        <translation>Was mit Renderservern geschehen ist</translation>
    </message>
</context>
<context>
    <name>KeysDialog</name>
    <message>
        <source>Keys and mouse</source>
        <translation>Tasten und Maus</translation>
    </message>
    <message>
        <source>Choose a line to change its key.</source>
        <translation>Eine Zeile wählen, um ihre Taste zu ändern.</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>Neue Taste</translation>
    </message>
    <message>
        <source>Click here and press the new key</source>
        <translation>Hier klicken und die neue Taste drücken</translation>
    </message>
    <message>
        <source>Set key</source>
        <translation>Taste setzen</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>All defaults</source>
        <translation>Alle auf Standard</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Taste</translation>
    </message>
    <message>
        <source>Mouse</source>
        <translation>Maus</translation>
    </message>
    <message>
        <source>New key of “{}”:</source>
        <translation>Neue Taste für „{}“:</translation>
    </message>
    <message>
        <source>This one stays: it belongs to the mouse or to a list.</source>
        <translation>Diese bleibt: Sie gehört zur Maus oder zu einer Liste.</translation>
    </message>
</context>
<context>
    <name>LendingWindow</name>
    <message>
        <source>{} — render server</source>
        <translation>{} — Renderserver</translation>
    </message>
    <message>
        <source>What this server does</source>
        <translation>Was dieser Server tut</translation>
    </message>
    <message>
        <source>Give this computer back at once; clients go on without it (Ctrl+P)</source>
        <translation>Diesen Computer sofort zurückgeben; Clients machen ohne ihn weiter (Strg+P)</translation>
    </message>
    <message>
        <source>Stop server</source>
        <translation>Server beenden</translation>
    </message>
    <message>
        <source>End the server when its buckets in hand are done</source>
        <translation>Den Server beenden, sobald seine Buckets in Arbeit fertig sind</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Threads that render; the rest is yours</source>
        <translation>Threads, die rendern; der Rest gehört Ihnen</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>Priorität</translation>
    </message>
    <message>
        <source>How much rendering gives way to other programs of this computer</source>
        <translation>Wie sehr das Rendern anderen Programmen dieses Computers den Vortritt lässt</translation>
    </message>
    <message>
        <source>Pause while someone works here</source>
        <translation>Pausieren, solange hier jemand arbeitet</translation>
    </message>
    <message>
        <source>A key or the mouse pauses at once; five minutes after the last one it goes on. No client loses anything: its buckets go to others.</source>
        <translation>Eine Taste oder die Maus pausiert sofort; fünf Minuten nach der letzten geht es weiter. Kein Client verliert etwas: Die Buckets gehen an andere.</translation>
    </message>
    <message>
        <source>Log of this server</source>
        <translation>Protokoll dieses Servers</translation>
    </message>
    <message>
        <source>&amp;Threads</source>
        <translation>&amp;Threads</translation>
    </message>
    <message>
        <source>P&amp;riority</source>
        <translation>P&amp;riorität</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Paused while someone works here</source>
        <translation>Pausiert, solange hier jemand arbeitet</translation>
    </message>
    <message>
        <source>Renders for {}</source>
        <translation>Rendert für {}</translation>
    </message>
    <message>
        <source>Ready to render</source>
        <translation>Bereit zum Rendern</translation>
    </message>
</context>
<context>
    <name>LensRollout</name>
    <message>
        <source>Depth of field</source>
        <translation>Tiefenschärfe</translation>
    </message>
    <message>
        <source>f-stop: smaller numbers blur more. 0: the camera&apos;s own lens</source>
        <translation>Blendenzahl: kleinere zeichnen weicher. 0: das Objektiv der Kamera</translation>
    </message>
    <message>
        <source>Camera&apos;s</source>
        <translation>der Kamera</translation>
    </message>
    <message>
        <source>Distance of what is sharp, metres. 0: what the focus point shows</source>
        <translation>Entfernung dessen, was scharf ist, Meter. 0: was der Fokuspunkt zeigt</translation>
    </message>
    <message>
        <source>Focus point</source>
        <translation>Fokuspunkt</translation>
    </message>
    <message>
        <source>Focus point from the frame&apos;s {} edge</source>
        <translation>Fokuspunkt vom Rand des Bilds ({})</translation>
    </message>
    <message>
        <source>left</source>
        <translation>links</translation>
    </message>
    <message>
        <source>top</source>
        <translation>oben</translation>
    </message>
    <message>
        <source>Aperture</source>
        <translation>Blende</translation>
    </message>
    <message>
        <source>Shape of the aperture, seen in lights out of focus</source>
        <translation>Form der Blende, zu sehen an unscharfen Lichtern</translation>
    </message>
    <message>
        <source>{} blades</source>
        <translation>{} Lamellen</translation>
    </message>
    <message>
        <source>Round</source>
        <translation>Rund</translation>
    </message>
    <message>
        <source>Turn of the aperture&apos;s blades, degrees</source>
        <translation>Drehung der Blendenlamellen, Grad</translation>
    </message>
    <message>
        <source>f-stop</source>
        <translation>Blendenzahl</translation>
    </message>
    <message>
        <source>Focus</source>
        <translation>Fokus</translation>
    </message>
    <message>
        <source>Rotation</source>
        <translation>Drehung</translation>
    </message>
</context>
<context>
    <name>LightPathsRollout</name>
    <message>
        <source>Light paths</source>
        <translation>Lichtpfade</translation>
    </message>
    <message>
        <source>Largest value one sample may add: removes fireflies, loses light. 0: off</source>
        <translation>Größter Wert, den ein Sample beitragen darf: entfernt Glühwürmchen, verliert Licht. 0: aus</translation>
    </message>
    <message>
        <source>The same for light after more than one bounce only. 0: off</source>
        <translation>Dasselbe für Licht nach mehr als einer Reflexion. 0: aus</translation>
    </message>
    <message>
        <source>Max depth</source>
        <translation>Max. Tiefe</translation>
    </message>
    <message>
        <source>Segments of a path from the camera; 1 shows lights and sky only</source>
        <translation>Abschnitte eines Pfads ab der Kamera; 1 zeigt nur Lichter und Himmel</translation>
    </message>
    <message>
        <source>Diffuse</source>
        <translation>Diffus</translation>
    </message>
    <message>
        <source>Most diffuse bounces along a path</source>
        <translation>Meiste diffuse Reflexionen entlang eines Pfads</translation>
    </message>
    <message>
        <source>Glossy</source>
        <translation>Glänzend</translation>
    </message>
    <message>
        <source>Most reflections along a path</source>
        <translation>Meiste Spiegelungen entlang eines Pfads</translation>
    </message>
    <message>
        <source>Transmission</source>
        <translation>Transmission</translation>
    </message>
    <message>
        <source>Most refractions along a path, two for each glass</source>
        <translation>Meiste Brechungen entlang eines Pfads, zwei je Glas</translation>
    </message>
    <message>
        <source>Transparent</source>
        <translation>Transparent</translation>
    </message>
    <message>
        <source>Most holes and clear panes that a ray passes straight through</source>
        <translation>Meiste Löcher und klare Scheiben, durch die ein Strahl geradeaus geht</translation>
    </message>
    <message>
        <source>Roulette from</source>
        <translation>Roulette ab</translation>
    </message>
    <message>
        <source>First segment at which a path may end by Russian roulette</source>
        <translation>Erster Abschnitt, an dem ein Pfad durch russisches Roulette enden darf</translation>
    </message>
    <message>
        <source>Clamp</source>
        <translation>Grenze</translation>
    </message>
    <message>
        <source>Clamp indirect</source>
        <translation>Grenze indirekt</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
</context>
<context>
    <name>ListExchange</name>
    <message>
        <source>Nothing was added: {}</source>
        <translation>Nichts hinzugefügt: {}</translation>
    </message>
    <message>
        <source>Import servers</source>
        <translation>Server importieren</translation>
    </message>
    <message>
        <source>Server lists (*.toml *.txt)</source>
        <translation>Serverlisten (*.toml *.txt)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Export servers</source>
        <translation>Server exportieren</translation>
    </message>
    <message>
        <source>Lines host:port (*.txt)</source>
        <translation>Zeilen host:port (*.txt)</translation>
    </message>
    <message>
        <source>Full list (*.toml)</source>
        <translation>Ganze Liste (*.toml)</translation>
    </message>
    <message>
        <source>Nothing was added: the list has all of these servers already</source>
        <translation>Nichts hinzugefügt: Alle diese Server stehen schon in der Liste</translation>
    </message>
    <message>
        <source>Nothing was added: no server in there</source>
        <translation>Nichts hinzugefügt: Es war kein Server darin</translation>
    </message>
    <message>
        <source>Added 1 server.</source>
        <translation>1 Server hinzugefügt.</translation>
    </message>
    <message>
        <source>Added {} servers.</source>
        <translation>{} Server hinzugefügt.</translation>
    </message>
    <message>
        <source>Added 1 server from {}.</source>
        <translation>1 Server aus {} hinzugefügt.</translation>
    </message>
    <message>
        <source>Added {} servers from {}.</source>
        <translation>{} Server aus {} hinzugefügt.</translation>
    </message>
    <message>
        <source>{} The list had {} of them already.</source>
        <translation>{} Schon in der Liste: {}.</translation>
    </message>
</context>
<context>
    <name>ListSaver</name>
    <message>
        <source>The server list is not saved: {}</source>
        <translation>Die Serverliste ist nicht gespeichert: {}</translation>
    </message>
</context>
<context>
    <name>LogBundling</name>
    <message>
        <source>Collect logs</source>
        <translation>Protokolle sammeln</translation>
    </message>
    <message>
        <source>Zip files ({})</source>
        <translation>Zip-Dateien ({})</translation>
    </message>
    <message>
        <source>No logs were collected</source>
        <translation>Es wurden keine Protokolle gesammelt</translation>
    </message>
    <message>
        <source>Collected into {}; without {}: the bundle says why</source>
        <translation>Gesammelt in {}; ohne {}: Das Paket sagt, warum</translation>
    </message>
    <message>
        <source>Collected into {}; keys and codes are taken out</source>
        <translation>Gesammelt in {}; Schlüssel und Codes sind entfernt</translation>
    </message>
</context>
<context>
    <name>LogPanel</name>
    <message>
        <source>Everything</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>Information</source>
        <translation>Hinweise</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>Warnungen</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Least level</source>
        <translation>Mindeststufe</translation>
    </message>
    <message>
        <source>Show lines of this level and above</source>
        <translation>Zeilen ab dieser Stufe zeigen</translation>
    </message>
    <message>
        <source>All servers</source>
        <translation>Alle Server</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Show lines about one server only</source>
        <translation>Nur Zeilen über einen Server zeigen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the lines shown</source>
        <translation>Die gezeigten Zeilen kopieren</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Empty this panel; the log files stay</source>
        <translation>Diese Ansicht leeren; die Protokolldateien bleiben</translation>
    </message>
    <message>
        <source>Collect logs…</source>
        <translation>Protokolle sammeln…</translation>
    </message>
    <message>
        <source>Pack the logs of this computer and of all servers into a file, without keys</source>
        <translation>Die Protokolle dieses Computers und aller Server in eine Datei packen, ohne Schlüssel</translation>
    </message>
    <message>
        <source>Servers that were asked for their logs</source>
        <translation>Server, die nach ihrem Protokoll gefragt wurden</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Collect no logs</source>
        <translation>Keine Protokolle sammeln</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>{} of {} servers</source>
        <translation>{} von {} Servern</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
</context>
<context>
    <name>LookButton</name>
    <message>
        <source>Look</source>
        <translation>Look</translation>
    </message>
    <message>
        <source>White balance, gamma and LUT of the picture as it is seen</source>
        <translation>Weißabgleich, Gamma und LUT des Bilds, wie man es sieht</translation>
    </message>
    <message>
        <source>White balance, gamma and LUT</source>
        <translation>Weißabgleich, Gamma und LUT</translation>
    </message>
    <message>
        <source>Colour of the light that is shown white; {} K changes nothing</source>
        <translation>Farbe des Lichts, das weiß gezeigt wird; {} K ändert nichts</translation>
    </message>
    <message>
        <source>Above 0 towards magenta, below towards green</source>
        <translation>Über 0 nach Magenta, darunter nach Grün</translation>
    </message>
    <message>
        <source>Above 1 brightens the middle; black and white stay</source>
        <translation>Über 1 hellt die Mitten auf; Schwarz und Weiß bleiben</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>LUT</source>
        <translation>LUT</translation>
    </message>
    <message>
        <source>&amp;Temperature</source>
        <translation>&amp;Temperatur</translation>
    </message>
    <message>
        <source>T&amp;int</source>
        <translation>T&amp;on</translation>
    </message>
    <message>
        <source>&amp;Gamma</source>
        <translation>&amp;Gamma</translation>
    </message>
</context>
<context>
    <name>LutBox</name>
    <message>
        <source>&amp;LUT</source>
        <translation>&amp;LUT</translation>
    </message>
    <message>
        <source>LUT</source>
        <translation>LUT</translation>
    </message>
    <message>
        <source>L&amp;oad LUT…</source>
        <translation>LUT l&amp;aden…</translation>
    </message>
    <message>
        <source>See the picture through a table of colours</source>
        <translation>Das Bild durch eine Farbtabelle sehen</translation>
    </message>
    <message>
        <source>LUT on</source>
        <translation>LUT an</translation>
    </message>
    <message>
        <source>Load a .cube file; it can also be dropped into the window</source>
        <translation>Eine .cube-Datei laden; sie kann auch ins Fenster gezogen werden</translation>
    </message>
    <message>
        <source>Open&amp;ColorIO…</source>
        <translation>Open&amp;ColorIO…</translation>
    </message>
    <message>
        <source>Choose a display and a view of an OpenColorIO configuration</source>
        <translation>Bildschirm und Ansicht einer OpenColorIO-Konfiguration wählen</translation>
    </message>
    <message>
        <source>0 % shows the picture without the LUT, 100 % with all of it</source>
        <translation>0 % zeigt das Bild ohne die LUT, 100 % ganz mit ihr</translation>
    </message>
    <message>
        <source>None loaded</source>
        <translation>Keine geladen</translation>
    </message>
    <message>
        <source>A view of OpenColorIO takes the view&apos;s place</source>
        <translation>Eine Ansicht von OpenColorIO tritt an die Stelle der Ansicht</translation>
    </message>
    <message>
        <source>&amp;Input</source>
        <translation>&amp;Eingang</translation>
    </message>
    <message>
        <source>&amp;Strength</source>
        <translation>&amp;Stärke</translation>
    </message>
</context>
<context>
    <name>LutController</name>
    <message>
        <source>Load LUT</source>
        <translation>LUT laden</translation>
    </message>
    <message>
        <source>LUTs ({})</source>
        <translation>LUTs ({})</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>The LUT {} has changed: the picture is shown without it.</source>
        <translation>Die LUT {} hat sich geändert: Das Bild wird ohne sie gezeigt.</translation>
    </message>
    <message>
        <source>LUT: {}</source>
        <translation>LUT: {}</translation>
    </message>
    <message>
        <source>The picture is shown without its LUT: {}</source>
        <translation>Das Bild wird ohne seine LUT gezeigt: {}</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Opening…</source>
        <translation>Wird geöffnet…</translation>
    </message>
    <message>
        <source>The next frame is sharp there</source>
        <translation>Das nächste Bild ist dort scharf</translation>
    </message>
    <message>
        <source>Focus point set: it shows with an f-stop under Depth of field</source>
        <translation>Fokuspunkt gesetzt: Er wirkt mit einer Blendenzahl unter Tiefenschärfe</translation>
    </message>
    <message>
        <source>The language changes with the next start</source>
        <translation>Die Sprache wechselt beim nächsten Start</translation>
    </message>
    <message>
        <source>Demo scene</source>
        <translation>Demoszene</translation>
    </message>
    <message>
        <source>Opened {}</source>
        <translation>{} geöffnet</translation>
    </message>
    <message>
        <source>This scene brings {} servers that the list lacks.</source>
        <translation>Diese Szene bringt {} Server mit, die der Liste fehlen.</translation>
    </message>
    <message>
        <source>Add them</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Use it as it is</source>
        <translation>So verwenden</translation>
    </message>
    <message>
        <source>No scene is open</source>
        <translation>Keine Szene ist geöffnet</translation>
    </message>
</context>
<context>
    <name>NobodyController</name>
    <message>
        <source>No render server can be reached: the frame waits.</source>
        <translation>Kein Renderserver ist erreichbar: Das Bild wartet.</translation>
    </message>
</context>
<context>
    <name>NobodyDialog</name>
    <message>
        <source>Render servers</source>
        <translation>Renderserver</translation>
    </message>
    <message>
        <source>No render server can be reached.</source>
        <translation>Kein Renderserver ist erreichbar.</translation>
    </message>
    <message>
        <source>Wait</source>
        <translation>Warten</translation>
    </message>
    <message>
        <source>Go on as soon as one of them is back</source>
        <translation>Weitermachen, sobald einer von ihnen zurück ist</translation>
    </message>
    <message>
        <source>Render here</source>
        <translation>Hier rendern</translation>
    </message>
    <message>
        <source>Let this computer render the rest</source>
        <translation>Diesen Computer den Rest rendern lassen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop the frame; what is rendered stays</source>
        <translation>Das Bild anhalten; was gerendert ist, bleibt</translation>
    </message>
    <message>
        <source>The frame keeps what it has, and waits. This computer could go on with it.</source>
        <translation>Das Bild behält, was es hat, und wartet. Dieser Computer könnte damit weitermachen.</translation>
    </message>
    <message>
        <source>The frame keeps what it has, and waits.</source>
        <translation>Das Bild behält, was es hat, und wartet.</translation>
    </message>
</context>
<context>
    <name>NoiseRollout</name>
    <message>
        <source>Noise</source>
        <translation>Rauschen</translation>
    </message>
    <message>
        <source>Relative error at which a pixel gets no more samples, such as 0.02. The samples above are then the most it gets. 0: every pixel gets all</source>
        <translation>Relativer Fehler, ab dem ein Pixel keine weiteren Samples bekommt, etwa 0,02. Die Samples oben sind dann die meisten, die es bekommt. 0: Jedes Pixel bekommt alle</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Samples that every pixel gets before it may end</source>
        <translation>Samples, die jedes Pixel bekommt, bevor es enden darf</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>Schwelle</translation>
    </message>
    <message>
        <source>Min samples</source>
        <translation>Min. Samples</translation>
    </message>
</context>
<context>
    <name>NoticeStrip</name>
    <message>
        <source>Hide this message</source>
        <translation>Diese Meldung ausblenden</translation>
    </message>
</context>
<context>
    <name>OcioController</name>
    <message>
        <source>Built-in: ACES</source>
        <translation>Eingebaut: ACES</translation>
    </message>
    <message>
        <source>Of this computer ($OCIO)</source>
        <translation>Dieses Computers ($OCIO)</translation>
    </message>
</context>
<context>
    <name>OcioDialog</name>
    <message>
        <source>OpenColorIO</source>
        <translation>OpenColorIO</translation>
    </message>
    <message>
        <source>&amp;File…</source>
        <translation>&amp;Datei…</translation>
    </message>
    <message>
        <source>Choose an .ocio or .ocioz file</source>
        <translation>Eine .ocio- oder .ocioz-Datei wählen</translation>
    </message>
    <message>
        <source>What the picture is looked at on</source>
        <translation>Worauf das Bild betrachtet wird</translation>
    </message>
    <message>
        <source>How light becomes colours of the display</source>
        <translation>Wie aus Licht Farben des Bildschirms werden</translation>
    </message>
    <message>
        <source>State of the configuration</source>
        <translation>Zustand der Konfiguration</translation>
    </message>
    <message>
        <source>Configuration: {}</source>
        <translation>Konfiguration: {}</translation>
    </message>
    <message>
        <source>OpenColorIO configuration</source>
        <translation>OpenColorIO-Konfiguration</translation>
    </message>
    <message>
        <source>Configurations ({})</source>
        <translation>Konfigurationen ({})</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>&amp;Configuration</source>
        <translation>&amp;Konfiguration</translation>
    </message>
    <message>
        <source>&amp;Display</source>
        <translation>&amp;Bildschirm</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Reading the configuration…</source>
        <translation>Die Konfiguration wird gelesen…</translation>
    </message>
</context>
<context>
    <name>PairingDialog</name>
    <message>
        <source>Pair with {}</source>
        <translation>Koppeln mit {}</translation>
    </message>
    <message>
        <source>On {} run: brigade code
It shows a code for ten minutes. Enter it here.</source>
        <translation>Auf {} ausführen: brigade code
Es zeigt zehn Minuten lang einen Code. Hier eingeben.</translation>
    </message>
    <message>
        <source>Another server answers there than the one that was paired. Go on only if it was set up anew, or if its computer was replaced.
</source>
        <translation>Dort antwortet ein anderer Server als der gekoppelte. Nur fortfahren, wenn er neu eingerichtet oder sein Computer ersetzt wurde.
</translation>
    </message>
    <message>
        <source>Pairing code</source>
        <translation>Kopplungscode</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>Was falsch ist</translation>
    </message>
    <message>
        <source>Pair</source>
        <translation>Koppeln</translation>
    </message>
    <message>
        <source>Pairing…</source>
        <translation>Koppeln…</translation>
    </message>
</context>
<context>
    <name>PartialWarning</name>
    <message>
        <source>Render all</source>
        <translation>Alles rendern</translation>
    </message>
    <message>
        <source>Never say this</source>
        <translation>Nicht mehr sagen</translation>
    </message>
    <message>
        <source>All servers render only the region, at {} % of the frame&apos;s size.</source>
        <translation>Alle Server rendern nur die Region, in {} % der Bildgröße.</translation>
    </message>
    <message>
        <source>All servers render only the region that is drawn.</source>
        <translation>Alle Server rendern nur die eingezeichnete Region.</translation>
    </message>
    <message>
        <source>All servers render a test, at {} % of the frame&apos;s size.</source>
        <translation>Alle Server rendern einen Test in {} % der Bildgröße.</translation>
    </message>
</context>
<context>
    <name>PathField</name>
    <message>
        <source>Choose a file: {}</source>
        <translation>Datei wählen: {}</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>PictureTools</name>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Statistics</source>
        <translation>Statistik</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Zeitachse</translation>
    </message>
</context>
<context>
    <name>PixelCard</name>
    <message>
        <source>Pixel</source>
        <translation>Pixel</translation>
    </message>
</context>
<context>
    <name>PixelInspector</name>
    <message>
        <source>Arrows move the pixel cursor, with Shift by 10; X ends</source>
        <translation>Pfeiltasten bewegen den Pixelzeiger, mit Umschalt um 10; X beendet</translation>
    </message>
    <message>
        <source>Arrows move the picture</source>
        <translation>Pfeiltasten verschieben das Bild</translation>
    </message>
    <message>
        <source>{}, {}  not rendered yet</source>
        <translation>{}, {}  noch nicht gerendert</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>not rendered yet</source>
        <translation>noch nicht gerendert</translation>
    </message>
    <message>
        <source>Pixel {}, {}</source>
        <translation>Pixel {}, {}</translation>
    </message>
    <message>
        <source>Brightness</source>
        <translation>Helligkeit</translation>
    </message>
    <message>
        <source>On the screen</source>
        <translation>Auf dem Bildschirm</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Samples</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Bucket</source>
        <translation>Bucket</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>at most {}</source>
        <translation>höchstens {}</translation>
    </message>
</context>
<context>
    <name>PresetBar</name>
    <message>
        <source>Render preset</source>
        <translation>Render-Voreinstellung</translation>
    </message>
    <message>
        <source>Size, sampling, light paths and channels by name; camera and light stay</source>
        <translation>Größe, Sampling, Lichtpfade und Kanäle nach Namen; Kamera und Licht bleiben</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Speichern…</translation>
    </message>
    <message>
        <source>Keep these settings under a name</source>
        <translation>Diese Einstellungen unter einem Namen behalten</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Forget the chosen preset</source>
        <translation>Die gewählte Voreinstellung vergessen</translation>
    </message>
    <message>
        <source>Preset: none</source>
        <translation>Voreinstellung: keine</translation>
    </message>
    <message>
        <source>Save preset</source>
        <translation>Voreinstellung speichern</translation>
    </message>
    <message>
        <source>Name of the preset</source>
        <translation>Name der Voreinstellung</translation>
    </message>
</context>
<context>
    <name>PresetController</name>
    <message>
        <source>The preset is not saved: {}</source>
        <translation>Die Voreinstellung ist nicht gespeichert: {}</translation>
    </message>
    <message>
        <source>The preset is not deleted: {}</source>
        <translation>Die Voreinstellung ist nicht gelöscht: {}</translation>
    </message>
</context>
<context>
    <name>RegionController</name>
    <message>
        <source>The whole frame is rendered</source>
        <translation>Das ganze Bild wird gerendert</translation>
    </message>
    <message>
        <source>Render once; then draw what shall be rendered again</source>
        <translation>Erst einmal rendern; dann einzeichnen, was neu gerendert werden soll</translation>
    </message>
    <message>
        <source>Draw a region; Shift adds another one; Esc ends</source>
        <translation>Einen Bereich aufziehen; Umschalt fügt einen weiteren hinzu; Esc beendet</translation>
    </message>
    <message>
        <source>Only {} % of the frame is rendered next; Ctrl+Alt+B: all of it</source>
        <translation>Als Nächstes werden nur {} % des Bildes gerendert; Strg+Alt+B: alles</translation>
    </message>
</context>
<context>
    <name>RegionDialog</name>
    <message>
        <source>Regions</source>
        <translation>Regionen</translation>
    </message>
    <message>
        <source>Left edge, pixels from the left of the frame</source>
        <translation>Linke Kante, in Pixeln vom linken Bildrand</translation>
    </message>
    <message>
        <source>Upper edge, pixels from the top of the frame</source>
        <translation>Obere Kante, in Pixeln vom oberen Bildrand</translation>
    </message>
    <message>
        <source>Width of the region, pixels</source>
        <translation>Breite der Region in Pixeln</translation>
    </message>
    <message>
        <source>Height of the region, pixels</source>
        <translation>Höhe der Region in Pixeln</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Hinzufügen</translation>
    </message>
    <message>
        <source>Add a region in the middle of the frame</source>
        <translation>Eine Region in der Bildmitte hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>Remove the chosen region</source>
        <translation>Die gewählte Region entfernen</translation>
    </message>
    <message>
        <source>&amp;Whole frame</source>
        <translation>&amp;Ganzes Bild</translation>
    </message>
    <message>
        <source>Remove all regions: the whole frame is rendered</source>
        <translation>Alle Regionen entfernen: Das ganze Bild wird gerendert</translation>
    </message>
    <message>
        <source>of a frame of {} × {} pixels</source>
        <translation>eines Bildes von {} × {} Pixeln</translation>
    </message>
    <message>
        <source>{}: {} × {} at {}, {}</source>
        <translation>{}: {} × {} bei {}, {}</translation>
    </message>
    <message>
        <source>&amp;X</source>
        <translation>&amp;X</translation>
    </message>
    <message>
        <source>&amp;Y</source>
        <translation>&amp;Y</translation>
    </message>
    <message>
        <source>W&amp;idth</source>
        <translation>&amp;Breite</translation>
    </message>
    <message>
        <source>&amp;Height</source>
        <translation>Hö&amp;he</translation>
    </message>
</context>
<context>
    <name>RenderController</name>
    <message>
        <source>Stopped before the first bucket</source>
        <translation>Vor dem ersten Bucket angehalten</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Rendering goes on</source>
        <translation>Das Rendern geht weiter</translation>
    </message>
    <message>
        <source>{} percent, {} servers</source>
        <translation>{} Prozent, {} Server</translation>
    </message>
    <message>
        <source>Pausing at {} of {} buckets: servers finish what they have (P: go on)</source>
        <translation>Pause bei {} von {} Buckets: Server beenden, was sie haben (P: weiter)</translation>
    </message>
    <message>
        <source>Paused at {} of {} buckets (P: go on)</source>
        <translation>Pausiert bei {} von {} Buckets (P: weiter)</translation>
    </message>
    <message>
        <source>Waiting for a server…</source>
        <translation>Warten auf einen Server…</translation>
    </message>
    <message>
        <source>Stopped after {}: {} of {} buckets</source>
        <translation>Nach {} angehalten: {} von {} Buckets</translation>
    </message>
    <message>
        <source>Finished in {} · {} buckets</source>
        <translation>Fertig in {} · {} Buckets</translation>
    </message>
</context>
<context>
    <name>RenderStatusBar</name>
    <message>
        <source>Render progress</source>
        <translation>Fortschritt des Renderns</translation>
    </message>
    <message>
        <source>State of the render</source>
        <translation>Zustand des Renderns</translation>
    </message>
    <message>
        <source>Servers at work</source>
        <translation>Arbeitende Server</translation>
    </message>
    <message>
        <source>Pixel under the pointer</source>
        <translation>Pixel unter dem Zeiger</translation>
    </message>
    <message>
        <source>Zoom: device pixels per image pixel</source>
        <translation>Zoom: Gerätepixel je Bildpixel</translation>
    </message>
    <message>
        <source>Preparing…</source>
        <translation>Vorbereitung…</translation>
    </message>
    <message>
        <source>{} of {} buckets</source>
        <translation>{} von {} Buckets</translation>
    </message>
    <message>
        <source>{} left</source>
        <translation>noch {}</translation>
    </message>
    <message>
        <source>1 server at work</source>
        <translation>1 Server arbeitet</translation>
    </message>
    <message>
        <source>{} servers at work</source>
        <translation>{} Server arbeiten</translation>
    </message>
</context>
<context>
    <name>ResetMenus</name>
    <message>
        <source>Reset all of {}</source>
        <translation>{}: alles zurücksetzen</translation>
    </message>
    <message>
        <source>Reset to default</source>
        <translation>Auf Standard zurücksetzen</translation>
    </message>
</context>
<context>
    <name>ResumeController</name>
    <message>
        <source>An unfinished render of {} from {} ({} rendered)</source>
        <translation>Ein unfertiges Bild von {} vom {} ({} gerendert)</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>The render goes on, but {}</source>
        <translation>Das Rendern geht weiter, aber {}</translation>
    </message>
</context>
<context>
    <name>SceneServers</name>
    <message>
        <source>The scene&apos;s servers: {}</source>
        <translation>Die Server der Szene: {}</translation>
    </message>
    <message>
        <source>The servers are not saved beside the scene: {}</source>
        <translation>Die Server sind nicht bei der Szene gespeichert: {}</translation>
    </message>
</context>
<context>
    <name>ServerEditDialog</name>
    <message>
        <source>Edit server</source>
        <translation>Server bearbeiten</translation>
    </message>
    <message>
        <source>Add server</source>
        <translation>Server hinzufügen</translation>
    </message>
    <message>
        <source>studio-2 or 192.168.1.20</source>
        <translation>studio-2 oder 192.168.1.20</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Network name or IP address of the render server. host:port works too.</source>
        <translation>Netzwerkname oder IP-Adresse des Renderservers. host:port geht auch.</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>TCP port that the server listens on, 1 to 65535.</source>
        <translation>TCP-Port, an dem der Server lauscht, 1 bis 65535.</translation>
    </message>
    <message>
        <source>optional</source>
        <translation>freiwillig</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Shown in the list and on its buckets.</source>
        <translation>Steht in der Liste und auf seinen Buckets.</translation>
    </message>
    <message>
        <source>learned when the server is there</source>
        <translation>wird gelernt, wenn der Server da ist</translation>
    </message>
    <message>
        <source>Hardware address</source>
        <translation>Hardware-Adresse</translation>
    </message>
    <message>
        <source>MAC address of its network card, to wake the computer with: 00:1b:63:84:45:e6. Wake-on-LAN must be switched on in its firmware.</source>
        <translation>MAC-Adresse der Netzwerkkarte, um den Computer zu wecken: 00:1b:63:84:45:e6. Wake-on-LAN muss in der Firmware eingeschaltet sein.</translation>
    </message>
    <message>
        <source>Render on this server</source>
        <translation>Auf diesem Server rendern</translation>
    </message>
    <message>
        <source>What is wrong with the entry</source>
        <translation>Was am Eintrag falsch ist</translation>
    </message>
    <message>
        <source>&amp;Address</source>
        <translation>&amp;Adresse</translation>
    </message>
    <message>
        <source>&amp;Port</source>
        <translation>&amp;Port</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>&amp;MAC address</source>
        <translation>&amp;MAC-Adresse</translation>
    </message>
    <message>
        <source>Type a network name or an IP address.</source>
        <translation>Netzwerkname oder IP-Adresse eingeben.</translation>
    </message>
</context>
<context>
    <name>ServerForms</name>
    <message>
        <source>{} is in the list already</source>
        <translation>{} ist schon in der Liste</translation>
    </message>
</context>
<context>
    <name>ServerPane</name>
    <message>
        <source>Add…</source>
        <translation>Hinzufügen…</translation>
    </message>
    <message>
        <source>Add server (Ins)</source>
        <translation>Server hinzufügen (Einfg)</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Bearbeiten…</translation>
    </message>
    <message>
        <source>Edit server (F2)</source>
        <translation>Server bearbeiten (F2)</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove the selected servers (Del)</source>
        <translation>Die gewählten Server entfernen (Entf)</translation>
    </message>
    <message>
        <source>Resolve</source>
        <translation>Auflösen</translation>
    </message>
    <message>
        <source>Look up the addresses of all servers</source>
        <translation>Die Adressen aller Server nachschlagen</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Testen</translation>
    </message>
    <message>
        <source>Test the connection of the selected servers, or of all</source>
        <translation>Die Verbindung der gewählten Server testen, oder aller</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Look for render servers on this network</source>
        <translation>In diesem Netzwerk nach Renderservern suchen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Take the last change of the list back (Ctrl+Z)</source>
        <translation>Die letzte Änderung der Liste zurücknehmen (Strg+Z)</translation>
    </message>
    <message>
        <source>Undo: {}</source>
        <translation>Rückgängig: {}</translation>
    </message>
    <message>
        <source>Nothing to undo</source>
        <translation>Nichts rückgängig zu machen</translation>
    </message>
</context>
<context>
    <name>ServerTable</name>
    <message>
        <source>Render servers</source>
        <translation>Renderserver</translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>Einschalten</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>Abschalten</translation>
    </message>
    <message>
        <source>Finish its buckets, then stop</source>
        <translation>Seine Buckets beenden, dann aufhören</translation>
    </message>
    <message>
        <source>Stop it now</source>
        <translation>Sofort anhalten</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>Hinzufügen…</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Bearbeiten…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>Resolve</source>
        <translation>Auflösen</translation>
    </message>
    <message>
        <source>Test connection</source>
        <translation>Verbindung testen</translation>
    </message>
    <message>
        <source>Retry now</source>
        <translation>Jetzt erneut versuchen</translation>
    </message>
    <message>
        <source>Wake up</source>
        <translation>Aufwecken</translation>
    </message>
    <message>
        <source>Pair…</source>
        <translation>Koppeln…</translation>
    </message>
    <message>
        <source>Show its log</source>
        <translation>Sein Protokoll zeigen</translation>
    </message>
    <message>
        <source>Show its buckets in the picture</source>
        <translation>Seine Buckets im Bild zeigen</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>Adresse kopieren</translation>
    </message>
    <message>
        <source>Paste servers</source>
        <translation>Server einfügen</translation>
    </message>
    <message>
        <source>Import list…</source>
        <translation>Liste importieren…</translation>
    </message>
    <message>
        <source>Export list…</source>
        <translation>Liste exportieren…</translation>
    </message>
    <message>
        <source>Use all {} addresses</source>
        <translation>Alle {} Adressen verwenden</translation>
    </message>
    <message>
        <source>Each server behind this name gets a row of its own</source>
        <translation>Jeder Server hinter diesem Namen bekommt eine eigene Zeile</translation>
    </message>
</context>
<context>
    <name>ServerTray</name>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Show window</source>
        <translation>Fenster zeigen</translation>
    </message>
    <message>
        <source>Stop server</source>
        <translation>Server beenden</translation>
    </message>
</context>
<context>
    <name>ServersController</name>
    <message>
        <source>There is no server in the list whose connection to test.</source>
        <translation>In der Liste ist kein Server, dessen Verbindung zu testen wäre.</translation>
    </message>
    <message>
        <source>{} servers</source>
        <translation>{} Server</translation>
    </message>
    <message>
        <source>Removed {}.</source>
        <translation>{} entfernt.</translation>
    </message>
</context>
<context>
    <name>SettingsPanel</name>
    <message>
        <source>Distributed rendering settings: {} servers ticked (F10)</source>
        <translation>Einstellungen für verteiltes Rendern: {} Server angekreuzt (F10)</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>Usual frame sizes</source>
        <translation>Übliche Bildgrößen</translation>
    </message>
    <message>
        <source>Size preset</source>
        <translation>Größenvorgabe</translation>
    </message>
    <message>
        <source>Custom</source>
        <translation>Eigene</translation>
    </message>
    <message>
        <source>Width of the frame, pixels</source>
        <translation>Breite des Bilds, Pixel</translation>
    </message>
    <message>
        <source>Height of the frame, pixels</source>
        <translation>Höhe des Bilds, Pixel</translation>
    </message>
    <message>
        <source>Swap width and height</source>
        <translation>Breite und Höhe tauschen</translation>
    </message>
    <message>
        <source>Test resolution</source>
        <translation>Testauflösung</translation>
    </message>
    <message>
        <source>Render a smaller frame for a first look</source>
        <translation>Für einen ersten Blick kleiner rendern</translation>
    </message>
    <message>
        <source>Full size</source>
        <translation>Volle Größe</translation>
    </message>
    <message>
        <source>Camera samples per pixel: four times as many halve the noise</source>
        <translation>Kamera-Samples je Pixel: viermal so viele halbieren das Rauschen</translation>
    </message>
    <message>
        <source>Another seed gives another noise; the same gives the same</source>
        <translation>Ein anderer Startwert gibt anderes Rauschen, derselbe dasselbe</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Testen</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Samples</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Pixel filter</source>
        <translation>Pixelfilter</translation>
    </message>
    <message>
        <source>How samples around a pixel&apos;s centre count: wide is soft, narrow is jagged</source>
        <translation>Wie Samples rund um die Mitte eines Pixels zählen: breit ist weich, schmal ist kantig</translation>
    </message>
    <message>
        <source>Whole width of the filter. 0: its usual one</source>
        <translation>Ganze Breite des Filters. 0: seine übliche</translation>
    </message>
    <message>
        <source>Usual</source>
        <translation>Üblich</translation>
    </message>
    <message>
        <source>Filter width</source>
        <translation>Filterbreite</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>Bucket order</source>
        <translation>Bucket-Reihenfolge</translation>
    </message>
    <message>
        <source>Which bucket comes first. It changes no pixel.</source>
        <translation>Welcher Bucket zuerst kommt. Sie ändert kein Pixel.</translation>
    </message>
    <message>
        <source>Reverse</source>
        <translation>Umgekehrt</translation>
    </message>
    <message>
        <source>Begin with the last bucket of that order</source>
        <translation>Mit dem letzten Bucket dieser Reihenfolge beginnen</translation>
    </message>
    <message>
        <source>Distributed rendering</source>
        <translation>Verteiltes Rendern</translation>
    </message>
    <message>
        <source>Render on all ticked servers. Off: on this computer alone.</source>
        <translation>Auf allen angekreuzten Servern rendern. Aus: nur auf diesem Computer.</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Einstellungen…</translation>
    </message>
    <message>
        <source>Distributed rendering settings</source>
        <translation>Einstellungen für verteiltes Rendern</translation>
    </message>
</context>
<context>
    <name>StatisticsController</name>
    <message>
        <source>Smallest</source>
        <translation>Kleinster</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>Largest</source>
        <translation>Größter</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>Pixel</translation>
    </message>
</context>
<context>
    <name>StatisticsPanel</name>
    <message>
        <source>Statistics of the picture</source>
        <translation>Statistik des Bilds</translation>
    </message>
</context>
<context>
    <name>StripsController</name>
    <message>
        <source>Save elsewhere…</source>
        <translation>Woanders speichern…</translation>
    </message>
    <message>
        <source>No server is ticked, so nobody would render.</source>
        <translation>Kein Server ist angekreuzt, also würde niemand rendern.</translation>
    </message>
    <message>
        <source>Use this computer</source>
        <translation>Diesen Computer nutzen</translation>
    </message>
    <message>
        <source>Opening {}…</source>
        <translation>{} wird geöffnet…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>TimelineController</name>
    <message>
        <source>rendered</source>
        <translation>gerendert</translation>
    </message>
    <message>
        <source>being rendered</source>
        <translation>wird gerendert</translation>
    </message>
    <message>
        <source>not needed: another server was first</source>
        <translation>nicht gebraucht: ein anderer Server war schneller</translation>
    </message>
    <message>
        <source>given back</source>
        <translation>zurückgegeben</translation>
    </message>
    <message>
        <source>{}
{} × {} pixels at {}, {}
{} s to {} s ({} s)
{}</source>
        <translation>{}
{} × {} Pixel bei {}, {}
{} s bis {} s ({} s)
{}</translation>
    </message>
</context>
<context>
    <name>TimelineView</name>
    <message>
        <source>Timeline of the frame</source>
        <translation>Zeitachse des Bilds</translation>
    </message>
</context>
<context>
    <name>Toasts</name>
    <message>
        <source>Render servers</source>
        <translation>Renderserver</translation>
    </message>
    <message>
        <source>Bucket Brigade needs you</source>
        <translation>Bucket Brigade braucht Sie</translation>
    </message>
    <message>
        <source>Render finished</source>
        <translation>Rendern beendet</translation>
    </message>
    <message>
        <source>Render stopped</source>
        <translation>Rendern angehalten</translation>
    </message>
    <message>
        <source>{} of {} buckets in {}</source>
        <translation>{} von {} Buckets in {}</translation>
    </message>
</context>
<context>
    <name>TrialDialog</name>
    <message>
        <source>Test connection</source>
        <translation>Verbindung testen</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Was gefunden wurde</translation>
    </message>
    <message>
        <source>Steps of the test</source>
        <translation>Schritte des Tests</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>Als Text kopieren</translation>
    </message>
    <message>
        <source>For a mail or a forum</source>
        <translation>Für eine E-Mail oder ein Forum</translation>
    </message>
    <message>
        <source>Test again</source>
        <translation>Erneut testen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>waiting…</source>
        <translation>wartet…</translation>
    </message>
    <message>
        <source>testing…</source>
        <translation>wird getestet…</translation>
    </message>
    <message>
        <source>Way out</source>
        <translation>Ausweg</translation>
    </message>
    <message>
        <source>all steps passed</source>
        <translation>alle Schritte bestanden</translation>
    </message>
    <message>
        <source>{} of {} servers passed all steps.</source>
        <translation>{} von {} Servern haben alle Schritte bestanden.</translation>
    </message>
    <message>
        <source>not tested</source>
        <translation>nicht getestet</translation>
    </message>
    <message>
        <source>Testing {} servers…</source>
        <translation>{} Server werden getestet…</translation>
    </message>
</context>
<context>
    <name>WakeController</name>
    <message>
        <source>{} cannot be woken: {}</source>
        <translation>{} lässt sich nicht wecken: {}</translation>
    </message>
    <message>
        <source>Waking {}: this may take a minute or two</source>
        <translation>{} wird geweckt: Das kann ein bis zwei Minuten dauern</translation>
    </message>
</context>
<context>
    <name>WindowParts</name>
    <message>
        <source>Servers</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Render settings</source>
        <translation>Rendereinstellungen</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
</context>
<context>
    <name>_FirstHelp</name>
    <message>
        <source>&lt;b&gt;Add more computers.&lt;/b&gt; Make a key once with &lt;tt&gt;brigade new-key farm.key&lt;/tt&gt;, copy it to each of them and run there:</source>
        <translation>&lt;b&gt;Weitere Computer hinzufügen.&lt;/b&gt; Einmal mit &lt;tt&gt;brigade new-key farm.key&lt;/tt&gt; einen Schlüssel anlegen, auf jeden kopieren und dort ausführen:</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation>Den Befehl kopieren</translation>
    </message>
    <message>
        <source>Copy the command for a render server</source>
        <translation>Den Befehl für einen Renderserver kopieren</translation>
    </message>
    <message>
        <source>They appear under &lt;i&gt;Find&lt;/i&gt;, or add them by address.</source>
        <translation>Sie erscheinen unter &lt;i&gt;Suchen&lt;/i&gt;, oder man trägt ihre Adresse ein.</translation>
    </message>
</context>
<context>
    <name>close</name>
    <message>
        <source>The frame is still being rendered.</source>
        <translation>Das Bild wird noch gerendert.</translation>
    </message>
    <message>
        <source>Closing stops it; the next start offers to resume it.</source>
        <translation>Schließen hält es an; der nächste Start bietet an, es fortzusetzen.</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>Anhalten und schließen</translation>
    </message>
    <message>
        <source>Keep rendering</source>
        <translation>Weiter rendern</translation>
    </message>
</context>
<context>
    <name>fields</name>
    <message>
        <source>{}. {} to {} {}.</source>
        <translation>{}. {} bis {} {}.</translation>
    </message>
    <message>
        <source>{}. {} to {}, a plain number.</source>
        <translation>{}. {} bis {}, ohne Einheit.</translation>
    </message>
</context>
<context>
    <name>keys</name>
    <message>
        <source>Press one key, with Ctrl, Alt or Shift or without.</source>
        <translation>Eine Taste drücken, mit Strg, Alt oder Umschalt oder ohne.</translation>
    </message>
    <message>
        <source>{} is needed in lists and fields.</source>
        <translation>{} wird in Listen und Feldern gebraucht.</translation>
    </message>
    <message>
        <source>{} would be typed into fields: add Ctrl or Alt.</source>
        <translation>{} würde in Felder getippt: Strg oder Alt dazunehmen.</translation>
    </message>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
    <message>
        <source>{0} is the key of “{1}”: give that another one first.</source>
        <translation>{0} ist die Taste für „{1}“: zuerst dieser eine andere geben.</translation>
    </message>
</context>
<context>
    <name>numbers</name>
    <message>
        <source>{} Msamples/s</source>
        <translation>{} MSamples/s</translation>
    </message>
    <message>
        <source>{} ksamples/s</source>
        <translation>{} kSamples/s</translation>
    </message>
    <message>
        <source>{} samples/s</source>
        <translation>{} Samples/s</translation>
    </message>
    <message>
        <source>{} %</source>
        <translation>{} %</translation>
    </message>
    <message>
        <source>{} ms</source>
        <translation>{} ms</translation>
    </message>
</context>
<context>
    <name>scene</name>
    <message>
        <source>1 triangle</source>
        <translation>1 Dreieck</translation>
    </message>
    <message>
        <source>{} triangles</source>
        <translation>{} Dreiecke</translation>
    </message>
    <message>
        <source>1 object</source>
        <translation>1 Objekt</translation>
    </message>
    <message>
        <source>{} objects</source>
        <translation>{} Objekte</translation>
    </message>
    <message>
        <source>1 texture</source>
        <translation>1 Textur</translation>
    </message>
    <message>
        <source>{} textures</source>
        <translation>{} Texturen</translation>
    </message>
    <message>
        <source>1 camera</source>
        <translation>1 Kamera</translation>
    </message>
    <message>
        <source>{} cameras</source>
        <translation>{} Kameras</translation>
    </message>
</context>
<context>
    <name>servers</name>
    <message>
        <source>this computer</source>
        <translation>dieser Computer</translation>
    </message>
    <message>
        <source>dialled in</source>
        <translation>eingewählt</translation>
    </message>
    <message>
        <source>auto</source>
        <translation>auto</translation>
    </message>
    <message>
        <source>none</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>It came by itself and renders while it is here.</source>
        <translation>Er kam von selbst und rendert, solange er da ist.</translation>
    </message>
    <message>
        <source>Ticked servers render. Space switches the selected ones.</source>
        <translation>Angekreuzte Server rendern. Die Leertaste schaltet die gewählten um.</translation>
    </message>
    <message>
        <source>Drag rows, or press Alt+Up and Alt+Down, to order the list.</source>
        <translation>Zeilen ziehen oder Alt+Auf und Alt+Ab drücken, um die Liste zu ordnen.</translation>
    </message>
    <message>
        <source>The order of the list is the order of preference: with Max servers the first
that can render do so, and the next one steps in when one fails.</source>
        <translation>Was oben steht, wird bevorzugt: Mit „Höchstzahl“ rendern die ersten, die es können,
und der nächste springt ein, wenn einer ausfällt.</translation>
    </message>
    <message>
        <source>A click here sorts nothing. Right click: choose columns, or order the list once.</source>
        <translation>Ein Klick sortiert hier nichts. Rechtsklick: Spalten wählen oder die Liste einmal ordnen.</translation>
    </message>
    <message>
        <source>{} buckets, {} of the frame</source>
        <translation>{} Buckets, {} des Bildes</translation>
    </message>
    <message>
        <source>Order the list by {} now</source>
        <translation>Liste jetzt nach {} ordnen</translation>
    </message>
    <message>
        <source>Fit the columns to what they show</source>
        <translation>Spalten dem Inhalt anpassen</translation>
    </message>
    <message>
        <source>the list holds at most {} servers</source>
        <translation>die Liste fasst höchstens {} Server</translation>
    </message>
    <message>
        <source>Add {}</source>
        <translation>{} hinzufügen</translation>
    </message>
    <message>
        <source>Add {} servers</source>
        <translation>{} Server hinzufügen</translation>
    </message>
    <message>
        <source>{} is in the list already</source>
        <translation>{} ist schon in der Liste</translation>
    </message>
    <message>
        <source>Edit {}</source>
        <translation>{} bearbeiten</translation>
    </message>
    <message>
        <source>Use all addresses</source>
        <translation>Alle Adressen nutzen</translation>
    </message>
    <message>
        <source>Use one address</source>
        <translation>Nur eine Adresse nutzen</translation>
    </message>
    <message>
        <source>Remove {}</source>
        <translation>{} entfernen</translation>
    </message>
    <message>
        <source>Remove {} servers</source>
        <translation>{} Server entfernen</translation>
    </message>
    <message>
        <source>Order servers</source>
        <translation>Server ordnen</translation>
    </message>
    <message>
        <source>Enable servers</source>
        <translation>Server einschalten</translation>
    </message>
    <message>
        <source>Disable servers</source>
        <translation>Server ausschalten</translation>
    </message>
    <message>
        <source>Change distributed rendering</source>
        <translation>Verteiltes Rendern ändern</translation>
    </message>
</context>
<context>
    <name>states</name>
    <message>
        <source>{}, retrying in {} s ({}/∞)</source>
        <translation>{}, Versuch in {} s ({}/∞)</translation>
    </message>
    <message>
        <source>{}, retrying now</source>
        <translation>{}, neuer Versuch</translation>
    </message>
    <message>
        <source>Busy for {}</source>
        <translation>Beschäftigt für {}</translation>
    </message>
    <message>
        <source>Slow, {} buckets</source>
        <translation>Langsam, {} Buckets</translation>
    </message>
    <message>
        <source>Rendering 1 bucket</source>
        <translation>Rendert 1 Bucket</translation>
    </message>
    <message>
        <source>Rendering {} buckets</source>
        <translation>Rendert {} Buckets</translation>
    </message>
    <message>
        <source>Checking files</source>
        <translation>Prüft Dateien</translation>
    </message>
</context>
<context>
    <name>window</name>
    <message>
        <source>Channel that is shown; choose more in the render settings</source>
        <translation>Gezeigter Kanal; weitere in den Rendereinstellungen wählen</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>View transform: how light becomes colours of the screen</source>
        <translation>Ansicht: wie aus Licht Farben des Bildschirms werden</translation>
    </message>
    <message>
        <source>View transform</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Outlines of buckets in flight (B)</source>
        <translation>Umrisse der Buckets in Arbeit (B)</translation>
    </message>
    <message>
        <source>Bucket outlines</source>
        <translation>Bucket-Umrisse</translation>
    </message>
    <message>
        <source>Toolbar</source>
        <translation>Werkzeugleiste</translation>
    </message>
    <message>
        <source>Outlines</source>
        <translation>Umrisse</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;Render</source>
        <translation>&amp;Rendern</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Components</source>
        <translation>&amp;Komponenten</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>&amp;Erscheinungsbild</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
</context>
<context>
    <name>words</name>
    <message>
        <source>100 %</source>
        <translation>100 %</translation>
    </message>
    <message>
        <source>4K 3840 × 2160</source>
        <translation>4K 3840 × 2160</translation>
    </message>
    <message>
        <source>8K 7680 × 4320</source>
        <translation>8K 7680 × 4320</translation>
    </message>
    <message>
        <source>A .cube file upon the picture</source>
        <translation>Eine .cube-Datei über das Bild legen</translation>
    </message>
    <message>
        <source>A display and a view of a configuration</source>
        <translation>Bildschirm und Ansicht einer Konfiguration</translation>
    </message>
    <message>
        <source>A file for each channel</source>
        <translation>Eine Datei je Kanal</translation>
    </message>
    <message>
        <source>ACES</source>
        <translation>ACES</translation>
    </message>
    <message>
        <source>Absolute</source>
        <translation>Absolut</translation>
    </message>
    <message>
        <source>Add a tenth of white to the light</source>
        <translation>Dem Licht ein Zehntel von Weiß hinzufügen</translation>
    </message>
    <message>
        <source>Add server</source>
        <translation>Server hinzufügen</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>AgX</source>
        <translation>AgX</translation>
    </message>
    <message>
        <source>Albedo</source>
        <translation>Albedo</translation>
    </message>
    <message>
        <source>All about a pixel</source>
        <translation>Alles über ein Pixel</translation>
    </message>
    <message>
        <source>Alpha</source>
        <translation>Alpha</translation>
    </message>
    <message>
        <source>Alpha alone</source>
        <translation>Nur Alpha</translation>
    </message>
    <message>
        <source>Alt+Up, Alt+Down</source>
        <translation>Alt+Auf, Alt+Ab</translation>
    </message>
    <message>
        <source>Another row stands for this server already</source>
        <translation>Eine andere Zeile steht schon für diesen Server</translation>
    </message>
    <message>
        <source>Another server</source>
        <translation>Anderer Server</translation>
    </message>
    <message>
        <source>As it is shown</source>
        <translation>So, wie es gezeigt wird</translation>
    </message>
    <message>
        <source>Asleep</source>
        <translation>Schläft</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>Background</source>
        <translation>Hintergrund</translation>
    </message>
    <message>
        <source>Beauty</source>
        <translation>Beauty</translation>
    </message>
    <message>
        <source>Black</source>
        <translation>Schwarz</translation>
    </message>
    <message>
        <source>Blackman-Harris</source>
        <translation>Blackman-Harris</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>Blau</translation>
    </message>
    <message>
        <source>Blue alone</source>
        <translation>Nur Blau</translation>
    </message>
    <message>
        <source>Box</source>
        <translation>Box</translation>
    </message>
    <message>
        <source>Brighter than white; hold the key to peek</source>
        <translation>Heller als Weiß; Taste halten, um kurz nachzusehen</translation>
    </message>
    <message>
        <source>Bucket outlines</source>
        <translation>Bucket-Umrisse</translation>
    </message>
    <message>
        <source>Buckets</source>
        <translation>Buckets</translation>
    </message>
    <message>
        <source>Busy for another client</source>
        <translation>Beschäftigt für anderen Client</translation>
    </message>
    <message>
        <source>By server</source>
        <translation>Nach Server</translation>
    </message>
    <message>
        <source>By server, white, black, none</source>
        <translation>Nach Server, weiß, schwarz, keine</translation>
    </message>
    <message>
        <source>Change a region</source>
        <translation>Region ändern</translation>
    </message>
    <message>
        <source>Checker</source>
        <translation>Schachbrett</translation>
    </message>
    <message>
        <source>Cineon log</source>
        <translation>Cineon-Log</translation>
    </message>
    <message>
        <source>Clear regions</source>
        <translation>Bereiche löschen</translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation>Das Fenster schließen</translation>
    </message>
    <message>
        <source>Collect logs…</source>
        <translation>Protokolle sammeln…</translation>
    </message>
    <message>
        <source>Compare A | B</source>
        <translation>A | B vergleichen</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Verbinden…</translation>
    </message>
    <message>
        <source>Copy fix</source>
        <translation>Abhilfe kopieren</translation>
    </message>
    <message>
        <source>Copy image</source>
        <translation>Bild kopieren</translation>
    </message>
    <message>
        <source>Copy start</source>
        <translation>Start kopieren</translation>
    </message>
    <message>
        <source>Copy the command that brings that computer up to date</source>
        <translation>Den Befehl kopieren, der jenen Computer auf den neuen Stand bringt</translation>
    </message>
    <message>
        <source>Copy the command that starts the server there</source>
        <translation>Den Befehl kopieren, der dort den Server startet</translation>
    </message>
    <message>
        <source>Cores</source>
        <translation>Kerne</translation>
    </message>
    <message>
        <source>Correct the address</source>
        <translation>Die Adresse berichtigen</translation>
    </message>
    <message>
        <source>Ctrl and arrows</source>
        <translation>Strg und Pfeiltasten</translation>
    </message>
    <message>
        <source>Ctrl and click</source>
        <translation>Strg und Klick</translation>
    </message>
    <message>
        <source>Ctrl and drag</source>
        <translation>Strg und ziehen</translation>
    </message>
    <message>
        <source>Ctrl+Alt and click pins a point</source>
        <translation>Strg+Alt und Klick heftet einen Punkt an</translation>
    </message>
    <message>
        <source>Ctrl+V</source>
        <translation>Strg+V</translation>
    </message>
    <message>
        <source>Ctrl+Z</source>
        <translation>Strg+Z</translation>
    </message>
    <message>
        <source>DWAA: very small, colours lose a little</source>
        <translation>DWAA: sehr klein, Farben verlieren etwas</translation>
    </message>
    <message>
        <source>DWAB: as DWAA, in larger blocks</source>
        <translation>DWAB: wie DWAA, in größeren Blöcken</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Entf</translation>
    </message>
    <message>
        <source>Denoise</source>
        <translation>Entrauschen</translation>
    </message>
    <message>
        <source>Depth</source>
        <translation>Tiefe</translation>
    </message>
    <message>
        <source>Direct</source>
        <translation>Direkt</translation>
    </message>
    <message>
        <source>Disabled</source>
        <translation>Abgeschaltet</translation>
    </message>
    <message>
        <source>Distributed rendering settings</source>
        <translation>Einstellungen für verteiltes Rendern</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>Draw region</source>
        <translation>Bereich aufziehen</translation>
    </message>
    <message>
        <source>Earlier pictures</source>
        <translation>Frühere Bilder</translation>
    </message>
    <message>
        <source>Edit server</source>
        <translation>Server bearbeiten</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Bearbeiten…</translation>
    </message>
    <message>
        <source>Emission</source>
        <translation>Emission</translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>Einschalten</translation>
    </message>
    <message>
        <source>Enable or disable servers</source>
        <translation>Server ein- oder abschalten</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Exposure 0, standard view</source>
        <translation>Belichtung 0, übliche Ansicht</translation>
    </message>
    <message>
        <source>Exposure down</source>
        <translation>Dunkler belichten</translation>
    </message>
    <message>
        <source>Exposure up</source>
        <translation>Heller belichten</translation>
    </message>
    <message>
        <source>F2</source>
        <translation>F2</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>False colour</source>
        <translation>Falschfarben</translation>
    </message>
    <message>
        <source>Final</source>
        <translation>Endbild</translation>
    </message>
    <message>
        <source>Finish its buckets, then stop: the others are faster</source>
        <translation>Seine Buckets beenden, dann aufhören: Die anderen sind schneller</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <source>Focus on this point</source>
        <translation>Auf diesen Punkt scharf stellen</translation>
    </message>
    <message>
        <source>Follow mouse</source>
        <translation>Maus folgen</translation>
    </message>
    <message>
        <source>Full HD 1920 × 1080</source>
        <translation>Full HD 1920 × 1080</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <source>G</source>
        <translation>G</translation>
    </message>
    <message>
        <source>Gaussian</source>
        <translation>Gaussian</translation>
    </message>
    <message>
        <source>Go from pixel to pixel by the arrows, with Shift by ten</source>
        <translation>Mit den Pfeiltasten von Pixel zu Pixel gehen, mit Umschalt um zehn</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>Grün</translation>
    </message>
    <message>
        <source>Green alone</source>
        <translation>Nur Grün</translation>
    </message>
    <message>
        <source>HD 1280 × 720</source>
        <translation>HD 1280 × 720</translation>
    </message>
    <message>
        <source>Half a stop brighter</source>
        <translation>Eine halbe Blende heller</translation>
    </message>
    <message>
        <source>Half a stop darker</source>
        <translation>Eine halbe Blende dunkler</translation>
    </message>
    <message>
        <source>Hand out no more buckets for now; servers finish what they have</source>
        <translation>Vorerst keine Buckets mehr vergeben; Server beenden, was sie haben</translation>
    </message>
    <message>
        <source>Hide panels</source>
        <translation>Seitenleisten ausblenden</translation>
    </message>
    <message>
        <source>Hilbert</source>
        <translation>Hilbert</translation>
    </message>
    <message>
        <source>Histogram</source>
        <translation>Histogramm</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Idle</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Image options…</source>
        <translation>Bildoptionen…</translation>
    </message>
    <message>
        <source>Indirect</source>
        <translation>Indirekt</translation>
    </message>
    <message>
        <source>Ins</source>
        <translation>Einfg</translation>
    </message>
    <message>
        <source>Just what the screen shows</source>
        <translation>Genau das, was der Bildschirm zeigt</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>Tasten und Maus</translation>
    </message>
    <message>
        <source>LUT</source>
        <translation>LUT</translation>
    </message>
    <message>
        <source>Larger, at the middle</source>
        <translation>Größer, zur Mitte</translation>
    </message>
    <message>
        <source>Last error</source>
        <translation>Letzter Fehler</translation>
    </message>
    <message>
        <source>Left-right</source>
        <translation>Links-rechts</translation>
    </message>
    <message>
        <source>Let go</source>
        <translation>Entlassen</translation>
    </message>
    <message>
        <source>Let this server render again</source>
        <translation>Diesen Server wieder rendern lassen</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Licht</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>Linear</translation>
    </message>
    <message>
        <source>Linear light</source>
        <translation>Lineares Licht</translation>
    </message>
    <message>
        <source>List of keys</source>
        <translation>Liste der Tasten</translation>
    </message>
    <message>
        <source>Load LUT…</source>
        <translation>LUT laden…</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Lost</source>
        <translation>Verloren</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>Niedrig</translation>
    </message>
    <message>
        <source>Lowest</source>
        <translation>Niedrigste</translation>
    </message>
    <message>
        <source>Mark burnt pixels</source>
        <translation>Ausgefressene Pixel markieren</translation>
    </message>
    <message>
        <source>Material id</source>
        <translation>Material-ID</translation>
    </message>
    <message>
        <source>Move servers up or down</source>
        <translation>Server nach oben oder unten rücken</translation>
    </message>
    <message>
        <source>Move the pixel cursor</source>
        <translation>Pixelzeiger bewegen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Name not found</source>
        <translation>Name nicht gefunden</translation>
    </message>
    <message>
        <source>Newer picture</source>
        <translation>Neueres Bild</translation>
    </message>
    <message>
        <source>Next channel</source>
        <translation>Nächster Kanal</translation>
    </message>
    <message>
        <source>Next view transform</source>
        <translation>Nächste Ansicht</translation>
    </message>
    <message>
        <source>Noise</source>
        <translation>Rauschen</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>None: largest, fastest</source>
        <translation>Ohne: am größten, am schnellsten</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>Normale</translation>
    </message>
    <message>
        <source>Normalize</source>
        <translation>Normalisieren</translation>
    </message>
    <message>
        <source>Not paired</source>
        <translation>Nicht gekoppelt</translation>
    </message>
    <message>
        <source>Not tested</source>
        <translation>Nicht getestet</translation>
    </message>
    <message>
        <source>Notify when not in front</source>
        <translation>Melden, wenn im Hintergrund</translation>
    </message>
    <message>
        <source>Object id</source>
        <translation>Objekt-ID</translation>
    </message>
    <message>
        <source>Of the history</source>
        <translation>Des Verlaufs</translation>
    </message>
    <message>
        <source>Of those that the frame has</source>
        <translation>Von denen, die das Bild hat</translation>
    </message>
    <message>
        <source>Offset down</source>
        <translation>Versatz verringern</translation>
    </message>
    <message>
        <source>Offset up</source>
        <translation>Versatz erhöhen</translation>
    </message>
    <message>
        <source>Older picture</source>
        <translation>Älteres Bild</translation>
    </message>
    <message>
        <source>One image pixel is one screen pixel</source>
        <translation>Ein Bildpixel ist ein Bildschirmpixel</translation>
    </message>
    <message>
        <source>Only the picture</source>
        <translation>Nur das Bild</translation>
    </message>
    <message>
        <source>Open a glTF scene</source>
        <translation>Eine glTF-Szene öffnen</translation>
    </message>
    <message>
        <source>Open demo scene</source>
        <translation>Demoszene öffnen</translation>
    </message>
    <message>
        <source>Open the scene that comes with the program</source>
        <translation>Die Szene öffnen, die dem Programm beiliegt</translation>
    </message>
    <message>
        <source>OpenColorIO…</source>
        <translation>OpenColorIO…</translation>
    </message>
    <message>
        <source>Opening scene</source>
        <translation>Öffnet Szene</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen…</translation>
    </message>
    <message>
        <source>PIZ: smallest for noise, lossless</source>
        <translation>PIZ: am kleinsten bei Rauschen, verlustfrei</translation>
    </message>
    <message>
        <source>Pack everybody&apos;s logs into a file, without keys</source>
        <translation>Die Protokolle aller in eine Datei packen, ohne Schlüssel</translation>
    </message>
    <message>
        <source>Pair…</source>
        <translation>Koppeln…</translation>
    </message>
    <message>
        <source>Pan</source>
        <translation>Verschieben</translation>
    </message>
    <message>
        <source>Pan ten times as far</source>
        <translation>Zehnmal so weit verschieben</translation>
    </message>
    <message>
        <source>Paste a list of servers</source>
        <translation>Eine Liste von Servern einfügen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Paused by its user</source>
        <translation>Vom Benutzer pausiert</translation>
    </message>
    <message>
        <source>Peek at burnt pixels</source>
        <translation>Kurz nach ausgebrannten Pixeln sehen</translation>
    </message>
    <message>
        <source>Picture 1 of the history</source>
        <translation>Bild 1 des Verlaufs</translation>
    </message>
    <message>
        <source>Picture 2 of the history</source>
        <translation>Bild 2 des Verlaufs</translation>
    </message>
    <message>
        <source>Picture 3 of the history</source>
        <translation>Bild 3 des Verlaufs</translation>
    </message>
    <message>
        <source>Picture 4 of the history</source>
        <translation>Bild 4 des Verlaufs</translation>
    </message>
    <message>
        <source>Picture 5 of the history</source>
        <translation>Bild 5 des Verlaufs</translation>
    </message>
    <message>
        <source>Picture 6 of the history</source>
        <translation>Bild 6 des Verlaufs</translation>
    </message>
    <message>
        <source>Picture 7 of the history</source>
        <translation>Bild 7 des Verlaufs</translation>
    </message>
    <message>
        <source>Picture 8 of the history</source>
        <translation>Bild 8 des Verlaufs</translation>
    </message>
    <message>
        <source>Ping</source>
        <translation>Ping</translation>
    </message>
    <message>
        <source>Pixel card</source>
        <translation>Pixelkarte</translation>
    </message>
    <message>
        <source>Pixel cursor</source>
        <translation>Pixelzeiger</translation>
    </message>
    <message>
        <source>Pixel value</source>
        <translation>Pixelwert</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Portrait 1080 × 1350</source>
        <translation>Hochformat 1080 × 1350</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>Position</translation>
    </message>
    <message>
        <source>Preview 480 × 270</source>
        <translation>Vorschau 480 × 270</translation>
    </message>
    <message>
        <source>Previous channel</source>
        <translation>Voriger Kanal</translation>
    </message>
    <message>
        <source>Previous view transform</source>
        <translation>Vorige Ansicht</translation>
    </message>
    <message>
        <source>Quarter HD 960 × 540</source>
        <translation>Quarter HD 960 × 540</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>R</source>
        <translation>R</translation>
    </message>
    <message>
        <source>RLE: for flat pictures</source>
        <translation>RLE: für flächige Bilder</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>Zufällig</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>Rot</translation>
    </message>
    <message>
        <source>Red alone</source>
        <translation>Nur Rot</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Abgewiesen</translation>
    </message>
    <message>
        <source>Regions by numbers…</source>
        <translation>Regionen in Zahlen …</translation>
    </message>
    <message>
        <source>Reinhard</source>
        <translation>Reinhard</translation>
    </message>
    <message>
        <source>Relative absolute</source>
        <translation>Relativ absolut</translation>
    </message>
    <message>
        <source>Relative squared</source>
        <translation>Relativ quadriert</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove servers</source>
        <translation>Server entfernen</translation>
    </message>
    <message>
        <source>Remove the chosen region</source>
        <translation>Die gewählte Region entfernen</translation>
    </message>
    <message>
        <source>Render</source>
        <translation>Rendern</translation>
    </message>
    <message>
        <source>Render only a part of the frame</source>
        <translation>Nur einen Teil des Bilds rendern</translation>
    </message>
    <message>
        <source>Render the frame</source>
        <translation>Das Bild rendern</translation>
    </message>
    <message>
        <source>Render the whole frame again</source>
        <translation>Wieder das ganze Bild rendern</translation>
    </message>
    <message>
        <source>Render what Stop left out</source>
        <translation>Rendern, was Anhalten ausgelassen hat</translation>
    </message>
    <message>
        <source>Rendering</source>
        <translation>Rendert</translation>
    </message>
    <message>
        <source>Renders differently</source>
        <translation>Rendert anders</translation>
    </message>
    <message>
        <source>Reset display</source>
        <translation>Anzeige zurücksetzen</translation>
    </message>
    <message>
        <source>Resolved address</source>
        <translation>Aufgelöste Adresse</translation>
    </message>
    <message>
        <source>Resolving…</source>
        <translation>Auflösen…</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Same server</source>
        <translation>Derselbe Server</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Samples</translation>
    </message>
    <message>
        <source>Save all channels…</source>
        <translation>Alle Kanäle speichern…</translation>
    </message>
    <message>
        <source>Save image…</source>
        <translation>Bild speichern…</translation>
    </message>
    <message>
        <source>Save the picture as it is</source>
        <translation>Das Bild speichern, wie es ist</translation>
    </message>
    <message>
        <source>Save view…</source>
        <translation>Ansicht speichern…</translation>
    </message>
    <message>
        <source>See one component</source>
        <translation>Eine Komponente sehen</translation>
    </message>
    <message>
        <source>See picture B</source>
        <translation>Bild B sehen</translation>
    </message>
    <message>
        <source>See the coverage</source>
        <translation>Die Abdeckung sehen</translation>
    </message>
    <message>
        <source>See the picture through the last LUT</source>
        <translation>Das Bild durch die letzte LUT sehen</translation>
    </message>
    <message>
        <source>Sending scene</source>
        <translation>Sendet Szene</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Servers…</source>
        <translation>Server…</translation>
    </message>
    <message>
        <source>Show or hide the log</source>
        <translation>Das Protokoll zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Show the smallest value black, the largest white</source>
        <translation>Den kleinsten Wert schwarz zeigen, den größten weiß</translation>
    </message>
    <message>
        <source>The LUT changes the picture that the view makes: codes from 0 to 1</source>
        <translation>Die LUT verändert das Bild, das die Ansicht macht: Codes von 0 bis 1</translation>
    </message>
    <message>
        <source>The LUT takes the view&apos;s place: for LUTs that are made for film scans</source>
        <translation>Die LUT tritt an die Stelle der Ansicht: für LUTs, die für Filmabtastungen gemacht sind</translation>
    </message>
    <message>
        <source>The LUT takes the view&apos;s place: light as far as its domain says</source>
        <translation>Die LUT tritt an die Stelle der Ansicht: Licht, so weit ihre Domäne reicht</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>arrows, H, L, K; with Shift ten times as far</source>
        <translation>Pfeiltasten, H, L, K; mit Umschalt zehnmal so weit</translation>
    </message>
    <message>
        <source>arrows; with Shift by ten</source>
        <translation>Pfeiltasten; mit Umschalt um zehn</translation>
    </message>
    <message>
        <source>Show what it said</source>
        <translation>Zeigen, was er sagte</translation>
    </message>
    <message>
        <source>Smaller, at the middle</source>
        <translation>Kleiner, zur Mitte</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Leertaste</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Spiral</source>
        <translation>Spirale</translation>
    </message>
    <message>
        <source>Square 1024 × 1024</source>
        <translation>Quadrat 1024 × 1024</translation>
    </message>
    <message>
        <source>Squared</source>
        <translation>Quadriert</translation>
    </message>
    <message>
        <source>Standard</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Startet…</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Statistics</source>
        <translation>Statistik</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop; the pixels stay</source>
        <translation>Anhalten; die Pixel bleiben</translation>
    </message>
    <message>
        <source>Take a tenth of white from the light</source>
        <translation>Dem Licht ein Zehntel von Weiß nehmen</translation>
    </message>
    <message>
        <source>Take the noise out of a complete picture</source>
        <translation>Einem fertigen Bild das Rauschen nehmen</translation>
    </message>
    <message>
        <source>Take the picture to another program</source>
        <translation>Das Bild in ein anderes Programm mitnehmen</translation>
    </message>
    <message>
        <source>The bucket nearest to the pointer comes first</source>
        <translation>Der Bucket, der dem Zeiger am nächsten ist, kommt zuerst</translation>
    </message>
    <message>
        <source>The desktop tells when a frame ends or servers fail</source>
        <translation>Der Desktop meldet, wenn ein Bild endet oder Server ausfallen</translation>
    </message>
    <message>
        <source>The whole picture, as large as there is room</source>
        <translation>Das ganze Bild, so groß wie Platz ist</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Timed out</source>
        <translation>Zeitüberschreitung</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Zeitachse</translation>
    </message>
    <message>
        <source>Tint by server</source>
        <translation>Nach Server einfärben</translation>
    </message>
    <message>
        <source>Tone mapping</source>
        <translation>Tonwertabbildung</translation>
    </message>
    <message>
        <source>Top-bottom</source>
        <translation>Oben-unten</translation>
    </message>
    <message>
        <source>Transparency, compression, quality</source>
        <translation>Transparenz, Kompression, Qualität</translation>
    </message>
    <message>
        <source>Triangle</source>
        <translation>Dreieck</translation>
    </message>
    <message>
        <source>Try to reach this server now</source>
        <translation>Jetzt versuchen, diesen Server zu erreichen</translation>
    </message>
    <message>
        <source>Two pictures beside a line</source>
        <translation>Zwei Bilder neben einer Linie</translation>
    </message>
    <message>
        <source>Type place and size of the regions, in pixels of the full frame</source>
        <translation>Lage und Größe der Regionen eintippen, in Pixeln des vollen Bildes</translation>
    </message>
    <message>
        <source>Type the code that `brigade code` shows on that computer</source>
        <translation>Den Code eingeben, den `brigade code` auf jenem Computer zeigt</translation>
    </message>
    <message>
        <source>U</source>
        <translation>U</translation>
    </message>
    <message>
        <source>Undo a change of the list</source>
        <translation>Eine Änderung der Liste zurücknehmen</translation>
    </message>
    <message>
        <source>Uv</source>
        <translation>UV</translation>
    </message>
    <message>
        <source>V</source>
        <translation>V</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>WQHD 2560 × 1440</source>
        <translation>WQHD 2560 × 1440</translation>
    </message>
    <message>
        <source>Wake</source>
        <translation>Wecken</translation>
    </message>
    <message>
        <source>Wake that computer over the network</source>
        <translation>Jenen Computer über das Netzwerk wecken</translation>
    </message>
    <message>
        <source>White</source>
        <translation>Weiß</translation>
    </message>
    <message>
        <source>Who rendered what</source>
        <translation>Wer was gerendert hat</translation>
    </message>
    <message>
        <source>Who rendered when</source>
        <translation>Wer wann gerendert hat</translation>
    </message>
    <message>
        <source>Wrong key</source>
        <translation>Falscher Schlüssel</translation>
    </message>
    <message>
        <source>Wrong version</source>
        <translation>Falsche Version</translation>
    </message>
    <message>
        <source>X</source>
        <translation>X</translation>
    </message>
    <message>
        <source>Y</source>
        <translation>Y</translation>
    </message>
    <message>
        <source>Z</source>
        <translation>Z</translation>
    </message>
    <message>
        <source>ZIP: small, lossless</source>
        <translation>ZIP: klein, verlustfrei</translation>
    </message>
    <message>
        <source>ZIPS: single rows, quick to read in part</source>
        <translation>ZIPS: einzelne Zeilen, schnell in Teilen zu lesen</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>Am Zeiger zoomen</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>albedo</source>
        <translation>Albedo</translation>
    </message>
    <message>
        <source>background</source>
        <translation>Hintergrund</translation>
    </message>
    <message>
        <source>box in the list</source>
        <translation>Kästchen in der Liste</translation>
    </message>
    <message>
        <source>colour of the surface without light</source>
        <translation>Farbe der Oberfläche ohne Licht</translation>
    </message>
    <message>
        <source>coverage0</source>
        <translation>coverage0</translation>
    </message>
    <message>
        <source>coverage1</source>
        <translation>coverage1</translation>
    </message>
    <message>
        <source>coverage2</source>
        <translation>coverage2</translation>
    </message>
    <message>
        <source>coverage3</source>
        <translation>coverage3</translation>
    </message>
    <message>
        <source>coverage4</source>
        <translation>coverage4</translation>
    </message>
    <message>
        <source>coverage5</source>
        <translation>coverage5</translation>
    </message>
    <message>
        <source>depth</source>
        <translation>Tiefe</translation>
    </message>
    <message>
        <source>direct</source>
        <translation>direkt</translation>
    </message>
    <message>
        <source>distance along the view axis</source>
        <translation>Entfernung entlang der Blickachse</translation>
    </message>
    <message>
        <source>double click in the list</source>
        <translation>Doppelklick in der Liste</translation>
    </message>
    <message>
        <source>double middle</source>
        <translation>Doppelklick Mitte</translation>
    </message>
    <message>
        <source>drag its edges, corners or middle</source>
        <translation>Kanten, Ecken oder Mitte ziehen</translation>
    </message>
    <message>
        <source>drag rows of the list</source>
        <translation>Zeilen der Liste ziehen</translation>
    </message>
    <message>
        <source>drag the line; hold Shift for B</source>
        <translation>die Linie ziehen; Umschalt halten für B</translation>
    </message>
    <message>
        <source>drag; Shift adds</source>
        <translation>ziehen; Umschalt fügt hinzu</translation>
    </message>
    <message>
        <source>drag; middle button; Space and drag</source>
        <translation>ziehen; mittlere Taste; Leertaste und ziehen</translation>
    </message>
    <message>
        <source>drop a file</source>
        <translation>eine Datei fallen lassen</translation>
    </message>
    <message>
        <source>drop a text or a list file on the list</source>
        <translation>Text oder Listendatei auf die Liste ziehen</translation>
    </message>
    <message>
        <source>emission</source>
        <translation>Emission</translation>
    </message>
    <message>
        <source>estimated relative error</source>
        <translation>geschätzter relativer Fehler</translation>
    </message>
    <message>
        <source>glow that the camera sees</source>
        <translation>Leuchten, das die Kamera sieht</translation>
    </message>
    <message>
        <source>hold Shift</source>
        <translation>Umschalt halten</translation>
    </message>
    <message>
        <source>hold U</source>
        <translation>U halten</translation>
    </message>
    <message>
        <source>hold right button</source>
        <translation>rechte Taste halten</translation>
    </message>
    <message>
        <source>id0</source>
        <translation>id0</translation>
    </message>
    <message>
        <source>id1</source>
        <translation>id1</translation>
    </message>
    <message>
        <source>id2</source>
        <translation>id2</translation>
    </message>
    <message>
        <source>id3</source>
        <translation>id3</translation>
    </message>
    <message>
        <source>id4</source>
        <translation>id4</translation>
    </message>
    <message>
        <source>id5</source>
        <translation>id5</translation>
    </message>
    <message>
        <source>in the list</source>
        <translation>in der Liste</translation>
    </message>
    <message>
        <source>indirect</source>
        <translation>indirekt</translation>
    </message>
    <message>
        <source>light after more bounces</source>
        <translation>Licht nach weiteren Reflexionen</translation>
    </message>
    <message>
        <source>light after one bounce</source>
        <translation>Licht nach einer Reflexion</translation>
    </message>
    <message>
        <source>material id</source>
        <translation>Material-ID</translation>
    </message>
    <message>
        <source>mattes per material (Cryptomatte)</source>
        <translation>Masken je Material (Cryptomatte)</translation>
    </message>
    <message>
        <source>mattes per object (Cryptomatte)</source>
        <translation>Masken je Objekt (Cryptomatte)</translation>
    </message>
    <message>
        <source>move over the picture (status bar)</source>
        <translation>über das Bild fahren (Statusleiste)</translation>
    </message>
    <message>
        <source>name of the camera</source>
        <translation>Name der Kamera</translation>
    </message>
    <message>
        <source>name of the scene file</source>
        <translation>Name der Szenendatei</translation>
    </message>
    <message>
        <source>name of this computer</source>
        <translation>Name dieses Computers</translation>
    </message>
    <message>
        <source>names of those that rendered it</source>
        <translation>Namen derer, die es gerendert haben</translation>
    </message>
    <message>
        <source>noise</source>
        <translation>Rauschen</translation>
    </message>
    <message>
        <source>normal</source>
        <translation>Normale</translation>
    </message>
    <message>
        <source>number of the server that delivered</source>
        <translation>Nummer des Servers, der lieferte</translation>
    </message>
    <message>
        <source>object id</source>
        <translation>Objekt-ID</translation>
    </message>
    <message>
        <source>of the noise</source>
        <translation>des Rauschens</translation>
    </message>
    <message>
        <source>of the program</source>
        <translation>des Programms</translation>
    </message>
    <message>
        <source>per pixel</source>
        <translation>je Pixel</translation>
    </message>
    <message>
        <source>position</source>
        <translation>Position</translation>
    </message>
    <message>
        <source>sRGB</source>
        <translation>sRGB</translation>
    </message>
    <message>
        <source>samples</source>
        <translation>Samples</translation>
    </message>
    <message>
        <source>samples taken</source>
        <translation>genommene Samples</translation>
    </message>
    <message>
        <source>seconds per pixel, by tile</source>
        <translation>Sekunden je Pixel, nach Kachel</translation>
    </message>
    <message>
        <source>server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>shading normal, world space</source>
        <translation>Shading-Normale, Weltraum</translation>
    </message>
    <message>
        <source>sky that the camera sees</source>
        <translation>Himmel, den die Kamera sieht</translation>
    </message>
    <message>
        <source>surface point, world space</source>
        <translation>Punkt der Oberfläche, Weltraum</translation>
    </message>
    <message>
        <source>texture coordinates of set 0</source>
        <translation>Texturkoordinaten von Satz 0</translation>
    </message>
    <message>
        <source>that the frame took</source>
        <translation>die das Bild gebraucht hat</translation>
    </message>
    <message>
        <source>the frame&apos;s SHA-256, its first 12 digits</source>
        <translation>SHA-256 des Bilds, die ersten 12 Stellen</translation>
    </message>
    <message>
        <source>time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>uv</source>
        <translation>UV</translation>
    </message>
    <message>
        <source>wheel</source>
        <translation>Rad</translation>
    </message>
    <message>
        <source>when it is saved</source>
        <translation>wann es gespeichert wird</translation>
    </message>
    <message>
        <source>width and height in pixels</source>
        <translation>Breite und Höhe in Pixeln</translation>
    </message>
</context>
</TS>
