from app.system.demo import benchmark_scene, demo_scene


def test_scenes_that_come_with_the_program_are_there():
    assert demo_scene().is_file()
    assert benchmark_scene().is_file()


def test_scene_is_unpacked_once_however_often_it_is_asked_for():
    assert benchmark_scene() is benchmark_scene()
